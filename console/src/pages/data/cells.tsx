// Cells: how a value of a table or a result is shown, by what its column says of it.
import type { ReactNode } from "react";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useFormat } from "@/format/useFormat.ts";
import type { Format } from "@/format/index.ts";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, Value, Values } from "./api.ts";
import styles from "./cells.module.css";

/** Columns that a person looks at: an amount brings its currency along. */
export function shownColumns(columns: readonly ColumnContract[]): ColumnContract[] {
  const currencies = new Set(columns.map((column) => column.currency_column).filter(Boolean));
  return columns.filter((column) => !currencies.has(column.name));
}

export const isNumber = (column: ColumnContract) => column.form === "number" || column.form === "money";

/** Where the currency of an amount stands in a row. */
export function currencyAt(columns: readonly ColumnContract[], column: ColumnContract): number {
  return column.currency_column ? columns.findIndex((one) => one.name === column.currency_column) : -1;
}

/** A value as one line of text. */
export function plain(value: Value, column: ColumnContract, currency: Value, format: Format): string {
  if (value === null || value === undefined) return "";
  if (column.form === "money" && typeof value === "number") return format.money({ amount: value, currency: String(currency ?? "") });
  if (column.form === "number" && typeof value === "number") return Number.isInteger(value) ? format.number(value) : tidy(value, format);
  if (column.form === "instant" && typeof value === "string") return `${format.date(value)} ${format.time(value, true)}`;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** A fraction with as many places as it needs to be told from others. */
function tidy(value: number, format: Format): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2);
  return format.number(value, size >= 100 ? 1 : size >= 1 ? 2 : 4);
}

const THINGS: Readonly<Record<string, string>> = {
  order_id: "order",
  customer_id: "customer",
  product_id: "product",
  parcel_id: "parcel",
  case_id: "case",
};

/** The kind of thing whose page a column's values lead to. */
export const thingOf = (name: string): string | undefined => THINGS[name];

export interface CellProps {
  readonly column: ColumnContract;
  readonly columns: readonly ColumnContract[];
  readonly row: Values;
  readonly at: number;
}

export function Cell({ column, columns, row, at }: CellProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const value = row[at];
  if (value === null || value === undefined) return <span className={styles.nothing}>–</span>;
  if (value === "") return <span className={styles.nothing}>{t("data.cell.empty")}</span>;
  if (column.form === "bool") return <span>{t(value ? "data.cell.yes" : "data.cell.no")}</span>;
  if (column.form === "json") return <code className={styles.json}>{typeof value === "string" ? value : JSON.stringify(value)}</code>;
  if (column.form === "instant") return <Moment value={String(value)} format={format} />;
  const text = plain(value, column, row[currencyAt(columns, column)], format);
  return isNumber(column) ? <span className={styles.number}>{text}</span> : <span title={text.length > 24 ? text : undefined}>{text}</span>;
}

function Moment({ value, format }: { value: string; format: Format }): ReactNode {
  return (
    <time dateTime={value} title={format.full(value)}>
      {format.when(value)}
      <span className={styles.seconds}>{format.time(value, true).slice(5)}</span>
    </time>
  );
}

/** A value in full, for the drawer of a row: JSON laid out, ids that lead to their page. */
export function Whole({ column, columns, row, at }: CellProps): ReactNode {
  const format = useFormat();
  const value = row[at];
  const thing = thingOf(column.name);
  if (value === null || value === undefined || value === "") return <Cell column={column} columns={columns} row={row} at={at} />;
  if (column.form === "json") return <Json value={value} />;
  if (column.form === "instant") return <time dateTime={String(value)}>{format.full(String(value))}</time>;
  if (thing) return <ThingLink kind={thing} id={String(value)} />;
  if (column.form === "text") return <span className={styles.text}>{String(value)}</span>;
  return <Cell column={column} columns={columns} row={row} at={at} />;
}

/** JSON laid out; a text that is none stays as it is. */
export function Json({ value }: { value: Value }): ReactNode {
  let shown = value;
  if (typeof value === "string") {
    try {
      shown = JSON.parse(value) as Value;
    } catch {
      return <span className={styles.text}>{value}</span>;
    }
  }
  return (
    <pre className={styles.whole} tabIndex={0}>
      {JSON.stringify(shown, null, 2)}
    </pre>
  );
}
