// Filters of a table: what can be asked of a column, kept in the page's address.
import type { Format } from "@/format/index.ts";
import type { ColumnContract, ColumnFilter } from "./api.ts";

export type Op = ColumnFilter["op"];

const TEXT: readonly Op[] = ["contains", "is", "is_not", "starts", "empty", "filled"];
const NUMBER: readonly Op[] = ["is", "above", "at_least", "below", "at_most", "between", "empty", "filled"];
const TIME: readonly Op[] = ["at_least", "at_most", "between", "empty", "filled"];

/** What can be asked of a column, the most usual first. */
export function opsOf(column: ColumnContract): readonly Op[] {
  if (column.values.length) return ["one_of", "is_not", "empty", "filled"];
  if (column.form === "number" || column.form === "money") return NUMBER;
  if (column.form === "instant") return TIME;
  if (column.form === "day") return ["is", ...TIME];
  if (column.form === "bool") return ["is"];
  if (column.form === "json") return ["contains", "empty", "filled"];
  return TEXT;
}

/** How many values an operator takes. */
export const valuesOf = (op: Op): number => (op === "empty" || op === "filled" ? 0 : op === "between" ? 2 : 1);

/** Filters as a page's address holds them, and back; a text that is none gives none. */
export const written = (filters: readonly ColumnFilter[]): string | undefined => (filters.length ? JSON.stringify(filters) : undefined);

export function read(text: string | undefined, columns: readonly ColumnContract[]): ColumnFilter[] {
  if (!text) return [];
  try {
    const found = JSON.parse(text) as ColumnFilter[];
    return Array.isArray(found) ? found.filter((one) => columns.some((column) => column.name === one?.column && opsOf(column).includes(one.op))) : [];
  } catch {
    return [];
  }
}

/** A value of a filter as a person reads it. */
export function shown(value: string | number | boolean, column: ColumnContract, currency: string, format: Format, yes: string, no: string): string {
  if (typeof value === "boolean") return value ? yes : no;
  if (column.form === "money" && typeof value === "number") return format.money({ amount: value, currency });
  if (column.form === "instant") return format.when(String(value));
  return typeof value === "number" ? format.number(value) : `“${value}”`;
}

/** Places after the point of a currency's amounts. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency: currency || "CNY" }).resolvedOptions().maximumFractionDigits ?? 2;
}
