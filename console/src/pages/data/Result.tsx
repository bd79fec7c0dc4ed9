// What a query gave: a table that scrolls through all of it, sorted here; how long it took, and whether it was cut.
import { type ReactNode, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { type Column, VirtualTable } from "@/ui/VirtualTable.tsx";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, SqlRunResult, Values } from "./api.ts";
import { Cell, isNumber, shownColumns } from "./cells.tsx";
import { RowDrawer } from "./RowDrawer.tsx";
import { widthOf } from "./Rows.tsx";
import styles from "./Rows.module.css";

export function Result({ result }: { result: SqlRunResult }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const [sort, setSort] = useState<{ key: string; down: boolean } | null>(null);
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});
  const [open, setOpen] = useState<number | null>(null);
  // Two columns of a result may have one name: each is known by its place.
  const columns = useMemo(() => result.columns.map((column, n) => ({ ...column, place: n })), [result]);
  const all = result.rows as readonly Values[];
  const rows = useMemo(() => (sort ? sorted(all, Number(sort.key), sort.down) : all), [all, sort]);
  const shown = useMemo<Column<Values>[]>(
    () =>
      (shownColumns(columns) as (ColumnContract & { place: number })[]).map((column) => ({
        key: String(column.place),
        title: <span className={styles.name}>{column.name}</span>,
        about: [say(column.means), column.type].filter(Boolean).join(" · "),
        width: widths[column.place] ?? widthOf(column),
        align: isNumber(column) ? "right" : "left",
        sortable: true,
        cell: (row) => <Cell column={column} columns={columns} row={row} at={column.place} />,
      })),
    [columns, widths, say],
  );
  const sortBy = (key: string) => setSort((before) => (before?.key !== key ? { key, down: false } : before.down ? null : { key, down: true }));
  return (
    <>
      <VirtualTable
        label={t("data.result.label", { count: format.number(all.length) })}
        columns={shown}
        rows={rows}
        rowKey={(_, index) => String(index)}
        height="100%"
        rowHeight={32}
        sort={sort}
        onSort={sortBy}
        onWidth={(key, width) => setWidths((before) => ({ ...before, [key]: width }))}
        selected={open === null ? undefined : String(open)}
        onRow={(_, index) => setOpen(index)}
        empty={<Empty title={t("data.result.none")}>{t("data.result.none.what")}</Empty>}
      />
      <RowDrawer
        contract={{ name: open === null ? "" : t("data.result.row", { number: format.number(open + 1) }), key: [], columns }}
        row={open === null ? null : (rows[open] ?? null)}
        onClose={() => setOpen(null)}
        onStep={(step) => setOpen((before) => (before === null || !rows[before + step] ? before : before + step))}
      />
    </>
  );
}

/** A copy of the rows by one column; what is missing comes last either way. */
export function sorted(rows: readonly Values[], at: number, down: boolean): readonly Values[] {
  const way = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [a[at], b[at]];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (typeof left === "number" && typeof right === "number") return (left - right) * way;
    const [one, other] = [String(left), String(right)];
    return one < other ? -way : one > other ? way : 0;
  });
}
