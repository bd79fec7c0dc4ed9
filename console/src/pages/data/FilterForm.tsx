// One filter as a form: which column, what is asked of it, and the value in the column's own terms.
import { Button, Input, InputNumber, Select } from "antd";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, ColumnFilter } from "./api.ts";
import { shownColumns } from "./cells.tsx";
import { digitsOf, type Op, opsOf, valuesOf } from "./filters.ts";
import { toInstant } from "./zoned.ts";
import styles from "./FilterBar.module.css";

type Typed = string | number | boolean | readonly string[] | null;

export function FilterForm({ columns, first, onDone }: { columns: readonly ColumnContract[]; first: string; onDone: (filter: ColumnFilter) => void }): ReactNode {
  const { t, say } = useWords();
  const { zone } = useFormat();
  const { currency } = useShop();
  const id = useId();
  const choices = shownColumns(columns);
  const [name, setName] = useState(first || choices[0]?.name || "");
  const column = columns.find((one) => one.name === name) ?? choices[0];
  const [chosen, setOp] = useState<Op | null>(null);
  const [values, setValues] = useState<readonly Typed[]>([]);
  if (!column) return null;
  const ops = opsOf(column);
  const op = chosen && ops.includes(chosen) ? chosen : (ops[0] as Op);
  const wanted = valuesOf(op);
  const made = values.slice(0, wanted).map((value) => told(value, column, zone, currency));
  const flat = made.flat();
  const ready = made.length === wanted && made.every((one) => one !== null && (!Array.isArray(one) || one.length > 0));
  const set = (n: number, value: Typed) => setValues((before) => Array.from({ length: Math.max(wanted, before.length) }, (_, m) => (m === n ? value : (before[m] ?? null))));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onDone({ column: column.name, op, values: flat as (string | number | boolean)[] });
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <label htmlFor={`${id}-column`}>{t("data.filter.column")}</label>
      <Select
        id={`${id}-column`}
        showSearch
        autoFocus={!first}
        value={column.name}
        onChange={(next) => {
          setName(next);
          setOp(null);
          setValues([]);
        }}
        optionFilterProp="search"
        options={choices.map((one) => ({ value: one.name, label: one.name, search: `${one.name} ${say(one.means)}`, title: say(one.means) }))}
      />
      <label htmlFor={`${id}-op`}>{t("data.filter.op")}</label>
      <Select id={`${id}-op`} value={op} onChange={setOp} options={ops.map((one) => ({ value: one, label: t(`data.op.${one}`) }))} />
      {Array.from({ length: wanted }, (_, n) => (
        <span key={n} className={styles.value}>
          <label htmlFor={`${id}-${n}`}>{wanted === 2 ? t(n ? "data.filter.until" : "data.filter.from") : t("data.filter.value")}</label>
          <ValueInput id={`${id}-${n}`} column={column} op={op} value={values[n] ?? null} onChange={(value) => set(n, value)} focus={n === 0 && Boolean(first)} />
        </span>
      ))}
      <Button type="primary" htmlType="submit" disabled={!ready}>
        {t("data.filter.apply")}
      </Button>
    </form>
  );
}

interface InputProps {
  readonly id: string;
  readonly column: ColumnContract;
  readonly op: Op;
  readonly value: Typed;
  readonly onChange: (value: Typed) => void;
  readonly focus: boolean;
}

function ValueInput({ id, column, op, value, onChange, focus }: InputProps): ReactNode {
  const { t } = useWords();
  const { currency } = useShop();
  if (column.values.length) {
    const options = column.values.map((one) => ({ value: one, label: one }));
    return op === "one_of" ? (
      <Select id={id} mode="multiple" autoFocus={focus} value={(value as string[] | null) ?? []} onChange={onChange} options={options} />
    ) : (
      <Select id={id} autoFocus={focus} value={value as string | null} onChange={onChange} options={options} />
    );
  }
  if (column.form === "bool")
    return <Select id={id} autoFocus={focus} value={value as boolean | null} onChange={onChange} options={[true, false].map((one) => ({ value: one, label: t(one ? "data.cell.yes" : "data.cell.no") }))} />;
  if (column.form === "number") return <InputNumber id={id} autoFocus={focus} value={value as number | null} onChange={onChange} suffix={column.unit || undefined} style={{ width: "100%" }} />;
  if (column.form === "money") return <InputNumber id={id} autoFocus={focus} value={value as number | null} onChange={onChange} prefix={currency} precision={digitsOf(currency)} style={{ width: "100%" }} />;
  const type = column.form === "instant" ? "datetime-local" : column.form === "day" ? "date" : "text";
  return <Input id={id} type={type} autoFocus={focus} maxLength={2000} value={(value as string | null) ?? ""} onChange={(event) => onChange(event.target.value)} />;
}

/** What a person typed, as the API takes it; null where it is nothing yet. */
function told(value: Typed, column: ColumnContract, zone: string, currency: string): string | number | boolean | readonly string[] | null {
  if (value === null || value === "") return null;
  if (column.form === "instant") return toInstant(String(value), zone) || null;
  if (column.form === "money") return Math.round(Number(value) * 10 ** digitsOf(currency));
  return value;
}
