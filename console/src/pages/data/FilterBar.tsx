// The filters of a table as chips, and the form that adds one: column, question, value.
import { CloseOutlined, FilterOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { type ReactNode, useState } from "react";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, ColumnFilter } from "./api.ts";
import { FilterForm } from "./FilterForm.tsx";
import { shown } from "./filters.ts";
import styles from "./FilterBar.module.css";

export interface FilterBarProps {
  readonly columns: readonly ColumnContract[];
  readonly filters: readonly ColumnFilter[];
  readonly onFilters: (filters: readonly ColumnFilter[]) => void;
  /** The column whose menu asked for a filter. */
  readonly asked: string;
  readonly onAsked: (column: string) => void;
}

export function FilterBar({ columns, filters, onFilters, asked, onAsked }: FilterBarProps): ReactNode {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  useKeys({ f: () => setOpen(true) });
  const close = () => {
    setOpen(false);
    onAsked("");
  };
  return (
    <div className={styles.bar}>
      <Popover
        open={open || Boolean(asked)}
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        trigger="click"
        placement="bottomLeft"
        destroyOnHidden
        content={
          <FilterForm
            columns={columns}
            first={asked}
            onDone={(filter) => {
              onFilters([...filters, filter]);
              close();
            }}
          />
        }
      >
        <Button size="small" icon={<FilterOutlined />}>
          {t("data.filter.add")}
        </Button>
      </Popover>
      {filters.map((filter, n) => {
        const column = columns.find((one) => one.name === filter.column);
        return column ? (
          <Chip key={`${n}-${filter.column}`} filter={filter} column={column} onRemove={() => onFilters(filters.filter((_, other) => other !== n))} />
        ) : null;
      })}
      {filters.length > 1 ? (
        <Button size="small" type="link" onClick={() => onFilters([])}>
          {t("data.filter.clear")}
        </Button>
      ) : null}
    </div>
  );
}

function Chip({ filter, column, onRemove }: { filter: ColumnFilter; column: ColumnContract; onRemove: () => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { currency } = useShop();
  const values = ((filter.values ?? []) as (string | number | boolean)[]).map((value) => shown(value, column, currency, format, t("data.cell.yes"), t("data.cell.no")));
  const text = `${column.name} ${t(`data.op.${filter.op}`)} ${values.join(t(filter.op === "between" ? "data.filter.to" : "data.filter.or"))}`.trim();
  return (
    <span className={styles.chip}>
      {text}
      <button type="button" className={styles.remove} onClick={onRemove} aria-label={t("data.filter.remove", { filter: text })}>
        <CloseOutlined />
      </button>
    </span>
  );
}
