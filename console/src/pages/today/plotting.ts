// The geometry of the day's chart: scales, lines that break where nothing is known, and how many ticks fit.
import type { Series } from "./pulseDay.ts";

/** From a slot and from a value to px. */
export interface Scale {
  readonly x: (slot: number) => number;
  readonly y: (value: number) => number;
}

/** Round values from 0 to at least `most`, about four of them apart from 0; `whole`: nothing between whole numbers. */
export function ticks(most: number, whole: boolean): number[] {
  const rough = Math.max(most, 1) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const nice = (([1, 2, 2.5, 5, 10] as const).find((n) => n * ten >= rough * (1 - 1e-9)) ?? 10) * ten;
  const step = whole ? Math.max(1, Math.ceil(nice)) : nice;
  return Array.from({ length: Math.max(1, Math.ceil(most / step - 1e-9)) + 1 }, (_, n) => n * step);
}

/** Every how many hours a time fits on an axis of `width` px for `hours`, each time `room` px wide. */
export function everyHours(hours: number, width: number, room: number): number {
  return [1, 2, 3, 4, 6, 12].find((every) => (width / hours) * every >= room) ?? 24;
}

/** Room in px for a text of 11 px, before it is drawn. */
export function roomFor(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e7f ? 11.5 : 6.6), 0);
}

const at = (value: number) => value.toFixed(1);

/** A line through the known values. */
export function lineOf(series: Series, { x, y }: Scale): string {
  let path = "";
  series.forEach((value, n) => {
    if (value != null) path += `${series[n - 1] == null ? "M" : "L"}${at(x(n))} ${at(y(value))}`;
  });
  return path;
}

/** The area between two series, wherever both are known. */
export function bandOf(low: Series, high: Series, { x, y }: Scale): string {
  let path = "";
  let run: number[] = [];
  for (let n = 0; n <= Math.max(low.length, high.length); n++) {
    if (low[n] != null && high[n] != null) {
      run.push(n);
      continue;
    }
    if (run.length > 1) {
      const top = run.map((k) => `${at(x(k))} ${at(y(high[k] ?? 0))}`);
      const back = run.map((k) => `${at(x(k))} ${at(y(low[k] ?? 0))}`).reverse();
      path += `M${[...top, ...back].join("L")}Z`;
    }
    run = [];
  }
  return path;
}
