// The rows of a table: sorted, filtered, scrolled through, as they are now or were at a past moment.
import { EyeInvisibleOutlined, FilterOutlined, MoreOutlined, ReloadOutlined, SettingOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Checkbox, Dropdown, Popover } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { type Column, VirtualTable } from "@/ui/VirtualTable.tsx";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, Contract, Values } from "./api.ts";
import { Cell, isNumber, shownColumns } from "./cells.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { read, written } from "./filters.ts";
import { RowDrawer } from "./RowDrawer.tsx";
import { TimeTravel } from "./TimeTravel.tsx";
import { useRows } from "./useRows.ts";
import styles from "./Rows.module.css";

/** How wide a column begins. */
export function widthOf(column: ColumnContract): number {
  const title = 40 + column.name.length * 7.5;
  const usual = { text: 150, number: 110, bool: 90, instant: 170, day: 120, money: 130, json: 260 }[column.form];
  return Math.round(Math.max(title, usual));
}

export function Rows({ contract }: { contract: Contract }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const keep = (parts: Record<string, string | undefined>) => void navigate({ to: ".", search: { ...search, ...parts }, replace: true });
  const columns = contract.columns;
  const [sortName, sortWay] = (search.sort ?? "").split(":");
  const sort = columns.some((one) => one.name === sortName) ? { column: sortName as string, down: sortWay === "down" } : null;
  const filters = useMemo(() => read(search.filters, columns), [search.filters, columns]);
  const asked = useMemo(() => ({ filters, sort, at: search.at ?? "" }), [filters, sort?.column, sort?.down, search.at]);
  const rows = useRows(contract.name, asked);
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(["_offset"]));
  const [filtering, setFiltering] = useState("");
  const [open, setOpen] = useState<{ row: Values; index: number } | null>(null);
  const choices = shownColumns(columns);

  const sortBy = (key: string) => keep({ sort: sort?.column !== key ? key : sort.down ? undefined : `${key}:down` });
  const shown = useMemo<Column<Values>[]>(
    () =>
      shownColumns(columns)
        .filter((column) => !hidden.has(column.name))
        .map((column) => ({
          key: column.name,
          title: <span className={styles.name}>{column.name}</span>,
          about: [say(column.means), column.unit, column.type].filter(Boolean).join(" · "),
          width: widths[column.name] ?? widthOf(column),
          align: isNumber(column) ? "right" : "left",
          sortable: column.form !== "json",
          cell: (row) => <Cell column={column} columns={columns} row={row} at={columns.indexOf(column)} />,
          menu: (
            <Dropdown
              trigger={["click"]}
              menu={{
                items: [
                  { key: "filter", icon: <FilterOutlined />, label: t("data.rows.filter") },
                  { key: "hide", icon: <EyeInvisibleOutlined />, label: t("data.rows.hide") },
                ],
                onClick: ({ key }) => (key === "hide" ? setHidden(new Set([...hidden, column.name])) : setFiltering(column.name)),
              }}
            >
              <button type="button" className={styles.more} aria-label={t("data.rows.menu", { column: column.name })}>
                <MoreOutlined />
              </button>
            </Dropdown>
          ),
        })),
    [columns, hidden, widths, say, t],
  );
  const past = Boolean(search.at);
  return (
    <div className={styles.place}>
      <div className={styles.tools}>
        <FilterBar columns={columns} filters={filters} onFilters={(next) => keep({ filters: written(next) })} asked={filtering} onAsked={setFiltering} />
        <div className={styles.right}>
          <span className={styles.count} aria-live="polite">
            {rows.pending ? "" : t("data.rows.count", { count: format.number(rows.total) })}
          </span>
          {rows.head ? <SqlPeek sql={rows.head.sql} about={contract.name} /> : null}
          <TimeTravel at={search.at ?? ""} onAt={(at) => keep({ at: at || undefined })} />
          <Popover
            trigger="click"
            placement="bottomRight"
            content={
              <Checkbox.Group
                className={styles.choices}
                value={choices.filter((one) => !hidden.has(one.name)).map((one) => one.name)}
                onChange={(names) => setHidden(new Set(choices.map((one) => one.name).filter((name) => !names.includes(name))))}
                options={choices.map((one) => ({ label: one.name, value: one.name }))}
              />
            }
          >
            <Button size="small" icon={<SettingOutlined />}>
              {t("data.rows.columns", { shown: String(shown.length), all: String(choices.length) })}
            </Button>
          </Popover>
          {past ? null : <Button size="small" icon={<ReloadOutlined />} onClick={rows.renew} aria-label={t("data.rows.renew")} title={t("data.rows.renew")} />}
        </div>
      </div>
      {rows.error ? <ErrorNote error={rows.error} again={rows.again} /> : null}
      <VirtualTable
        key={`${contract.name}?${search.filters ?? ""}${search.sort ?? ""}${search.at ?? ""}`}
        label={t("data.rows.label", { table: contract.name })}
        columns={shown}
        height="max(320px, calc(100dvh - 340px))"
        rowHeight={34}
        count={rows.pending ? 30 : rows.total}
        rowAt={rows.rowAt}
        rowKey={(_, index) => String(index)}
        onRange={rows.onRange}
        sort={sort ? { key: sort.column, down: sort.down } : null}
        onSort={sortBy}
        onWidth={(key, width) => setWidths((before) => ({ ...before, [key]: width }))}
        selected={open ? String(open.index) : undefined}
        onRow={(row, index) => setOpen({ row, index })}
        empty={
          <Empty title={t(filters.length ? "data.rows.none_match" : past ? "data.rows.none_then" : "data.rows.none")}>
            {t(filters.length ? "data.rows.none_match.what" : past ? "data.rows.none_then.what" : "data.rows.none.what")}
          </Empty>
        }
      />
      <RowDrawer
        contract={contract}
        row={open?.row ?? null}
        onClose={() => setOpen(null)}
        onStep={(step) => {
          const next = open ? rows.rowAt(open.index + step) : undefined;
          if (open && next) setOpen({ row: next, index: open.index + step });
        }}
      />
    </div>
  );
}
