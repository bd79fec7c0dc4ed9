// Plots: the chart that fits a result by the types of its columns, and the option that draws it.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { ChartChoice, ColumnContract, Values } from "./api.ts";
import { currencyAt, shownColumns } from "./cells.tsx";
import { digitsOf } from "./filters.ts";

export interface Chosen {
  readonly kind: "none" | "line" | "area" | "bar" | "scatter";
  readonly x: string;
  readonly y: readonly string[];
  readonly split: string;
}

const MOST_BARS = 60;
const MOST_SERIES = 12;
const MOST_POINTS = 5_000;
const NO_MEASURE = /(^_offset$|_id$|^id$|^hop$|_no$)/;

/** Columns that can be measured: numbers that are no names. */
export const measures = (columns: readonly ColumnContract[]) =>
  shownColumns(columns).filter((one) => (one.form === "number" || one.form === "money") && !NO_MEASURE.test(one.name));

const isTime = (column: ColumnContract) => column.form === "instant" || column.form === "day";

/** The chart for a result: a line over time, bars by category, points of two numbers, or none. */
export function guess(columns: readonly ColumnContract[], rows: readonly Values[]): Chosen {
  const none: Chosen = { kind: "none", x: "", y: [], split: "" };
  if (rows.length < 2) return none;
  const all = shownColumns(columns);
  const numbers = measures(columns);
  const time = all.find(isTime);
  const texts = all.filter((one) => one.form === "text" || one.form === "bool");
  const different = (column: ColumnContract) => new Set(rows.map((row) => row[columns.indexOf(column)])).size;
  if (time && numbers.length) {
    const repeated = different(time) < rows.length;
    const split = repeated ? texts.find((one) => different(one) <= MOST_SERIES) : undefined;
    if (repeated && !split) return different(time) > 1 ? { kind: "scatter", x: time.name, y: [numbers[0]!.name], split: "" } : none;
    const first = numbers[0]!;
    const alike = split ? [first] : numbers.filter((one) => one.form === first.form && one.unit === first.unit).slice(0, 4);
    return { kind: "line", x: time.name, y: alike.map((one) => one.name), split: split?.name ?? "" };
  }
  const category = texts.find((one) => different(one) > rows.length * 0.8) ?? texts[0];
  if (category && numbers.length && different(category) <= MOST_BARS && different(category) > 1) return { kind: "bar", x: category.name, y: [numbers[0]!.name], split: "" };
  const [first, second] = numbers;
  if (first && second) {
    // A whole number for each row, like an hour of the day, is a category.
    const steps = first.type !== "DOUBLE" && different(first) === rows.length && rows.length <= MOST_BARS;
    return { kind: steps ? "bar" : "scatter", x: first.name, y: [second.name], split: "" };
  }
  return none;
}

/** What a person chose, as far as the result has it; else what is guessed. */
export function chosen(choice: ChartChoice | undefined, columns: readonly ColumnContract[], rows: readonly Values[]): Chosen {
  if (!choice || choice.kind === "auto" || !choice.kind) return guess(columns, rows);
  const has = (name: string | undefined) => columns.some((one) => one.name === name);
  const y = ((choice.y ?? []) as string[]).filter(has);
  if (choice.kind === "none") return { kind: "none", x: "", y: [], split: "" };
  if (!has(choice.x) || !y.length) return { ...guess(columns, rows), kind: choice.kind };
  return { kind: choice.kind, x: choice.x ?? "", y, split: has(choice.split) ? (choice.split ?? "") : "" };
}

/** How many values of a result a plot leaves out. */
export const leftOut = (chosen: Chosen, rows: readonly Values[]): number => Math.max(0, rows.length - (chosen.kind === "bar" && !chosen.split ? MOST_BARS : MOST_POINTS));

export function plotOption(chosen: Chosen, columns: readonly ColumnContract[], all: readonly Values[], format: Format): EChartsCoreOption {
  const at = (name: string) => columns.findIndex((one) => one.name === name);
  const x = columns[at(chosen.x)];
  const rows = all.slice(0, all.length - leftOut(chosen, all));
  const time = x !== undefined && isTime(x);
  const pointed = chosen.kind === "scatter";
  const category = !time && !(pointed && x?.form !== "text");
  const first = columns[at(chosen.y[0] ?? "")];
  const split = at(chosen.split);
  const groups = split < 0 ? [""] : [...new Set(rows.map((row) => String(row[split])))].slice(0, MOST_SERIES);
  const series = chosen.y.flatMap((name) =>
    groups.map((group) => {
      const mine = split < 0 ? rows : rows.filter((row) => String(row[split]) === group);
      return {
        name: group ? (chosen.y.length > 1 ? `${name} · ${group}` : group) : name,
        type: pointed ? "scatter" : chosen.kind === "bar" ? "bar" : "line",
        ...(chosen.kind === "area" ? { areaStyle: { opacity: 0.16 }, stack: "all" } : {}),
        ...(chosen.kind === "bar" ? { barMaxWidth: 36, ...(split >= 0 ? { stack: name } : {}) } : {}),
        showSymbol: mine.length < 40,
        symbolSize: pointed ? 6 : 5,
        sampling: chosen.kind === "line" ? "lttb" : undefined,
        data: mine.map((row) => [place(row[at(chosen.x)], category), amount(row, at(name), columns)]),
      };
    }),
  );
  const categories = [...new Set(rows.map((row) => String(row[at(chosen.x)] ?? "–")))];
  const long = category && Math.max(0, ...categories.map((one) => one.length)) * categories.length > 110;
  const value = (number: number) => (first?.form === "money" ? format.money({ amount: number * 10 ** digitsOf(currencyOf(first, columns, rows)), currency: currencyOf(first, columns, rows) }, "compact") : format.compact(number));
  return {
    aria: { enabled: false },
    grid: { left: 8, right: 16, top: series.length > 1 ? 46 : 30, bottom: 8, containLabel: true },
    legend: series.length > 1 ? { type: "scroll", top: 0 } : undefined,
    tooltip: { trigger: pointed ? "item" : "axis", renderMode: "richText", confine: true, valueFormatter: (number: unknown) => (typeof number === "number" ? (first?.form === "money" ? value(number) : format.number(number)) : String(number ?? "–")) },
    xAxis: category ? { type: "category", data: categories, axisLabel: long ? { rotate: 32, width: 110, overflow: "truncate" } : {} } : { type: time ? "time" : "value", scale: true, name: pointed && !time ? chosen.x : "", nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "value", scale: chosen.kind !== "bar" && chosen.kind !== "area", name: chosen.y.length === 1 ? chosen.y[0] : "", nameTextStyle: { align: "left" }, axisLabel: { formatter: value } },
    series,
  };
}

const place = (value: unknown, category: boolean) => (category ? String(value ?? "–") : (value as string | number));

function amount(row: Values, at: number, columns: readonly ColumnContract[]): number | null {
  const value = row[at];
  const column = columns[at];
  if (value === null || value === undefined || !column) return null;
  if (column.form !== "money") return Number(value);
  return Number(value) / 10 ** digitsOf(String(row[currencyAt(columns, column)] ?? ""));
}

const currencyOf = (column: ColumnContract, columns: readonly ColumnContract[], rows: readonly Values[]) => String(rows[0]?.[currencyAt(columns, column)] ?? "CNY");
