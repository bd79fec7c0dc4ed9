// Editing: what can be done to a sheet, each as a function from a sheet to a new one; and undo.
import type { Row, Sheet, SheetTest } from "./api.ts";

export type Side = "when" | "then" | "note";

/** A column of the grid. */
export interface Column {
  readonly side: Side;
  readonly field: string;
}

export const columnsOf = (sheet: Sheet): readonly Column[] => [
  ...sheet.inputs.map((field): Column => ({ side: "when", field })),
  ...sheet.outputs.map((field): Column => ({ side: "then", field })),
  { side: "note", field: "" },
];

export function cellOf(row: Row, { side, field }: Column): string {
  return side === "note" ? row.note : (row[side]?.[field] ?? "");
}

function withCell(row: Row, column: Column, text: string): Row {
  if (column.side === "note") return { ...row, note: text };
  const cells = Object.fromEntries(Object.entries({ ...row[column.side], [column.field]: text }).filter(([, cell]) => cell !== ""));
  return { ...row, [column.side]: cells };
}

/** Texts written from a place on; rows that are missing at the end are added. */
export function paste(sheet: Sheet, rowAt: number, columnAt: number, texts: readonly (readonly string[])[]): Sheet {
  const columns = columnsOf(sheet);
  const rows = [...sheet.rows];
  texts.forEach((line, n) => {
    let row = rows[rowAt + n] ?? newRow(rows);
    line.forEach((text, m) => {
      const column = columns[columnAt + m];
      if (column) row = withCell(row, column, text);
    });
    rows[rowAt + n] = row;
  });
  return { ...sheet, rows };
}

export function setCell(sheet: Sheet, row: number, column: number, text: string): Sheet {
  const [line, at] = [sheet.rows[row], columnsOf(sheet)[column]];
  return line && at && cellOf(line, at) === text ? sheet : paste(sheet, row, column, [[text]]);
}

/** A row with an id that no other has: ids stay for ever, hits are counted by them. */
export function newRow(rows: readonly Row[], like?: Row): Row {
  const taken = new Set(rows.map((row) => row.id));
  const stem = like ? like.id.replace(/-\d+$/, "") : "row";
  let n = like ? 2 : rows.length + 1;
  while (taken.has(`${stem}-${n}`)) n += 1;
  return { when: {}, then: {}, note: "", ...like, id: `${stem}-${n}` };
}

/** A new row at a place, empty or like the one above. */
export function insertRow(sheet: Sheet, at: number, like?: Row): Sheet {
  const rows = [...sheet.rows];
  rows.splice(at, 0, newRow(sheet.rows, like));
  return { ...sheet, rows };
}

/** Without rows `from` to `to`; the last row of a table stays. */
export function removeRows(sheet: Sheet, from: number, to: number): Sheet {
  const rows = sheet.rows.filter((_, n) => n < from || n > to);
  return rows.length ? { ...sheet, rows } : sheet;
}

/** Row `from` at place `to`. */
export function moveRow(sheet: Sheet, from: number, to: number): Sheet {
  const rows = [...sheet.rows];
  const [row] = rows.splice(from, 1);
  if (!row || to < 0 || to > rows.length) return sheet;
  rows.splice(to, 0, row);
  return { ...sheet, rows };
}

export function addColumn(sheet: Sheet, side: "when" | "then", field: string): Sheet {
  return side === "when" ? { ...sheet, inputs: [...sheet.inputs, field] } : { ...sheet, outputs: [...sheet.outputs, field] };
}

export function removeColumn(sheet: Sheet, side: "when" | "then", field: string): Sheet {
  const rows = sheet.rows.map((row) => withCell(row, { side, field }, ""));
  const others = (fields: readonly string[]) => fields.filter((one) => one !== field);
  return side === "when" ? { ...sheet, inputs: others(sheet.inputs), rows } : { ...sheet, outputs: others(sheet.outputs), rows };
}

export const setTests = (sheet: Sheet, tests: readonly SheetTest[]): Sheet => ({ ...sheet, tests: [...tests] });

/** A range as text that spreadsheets take: tabs between cells, quotes where a cell needs them. */
export function toTsv(texts: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[\t\n\r]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return texts.map((line) => line.map(cell).join("\t")).join("\n");
}

/** Cells of a text that a spreadsheet put on the clipboard. */
export function fromTsv(text: string): string[][] {
  const lines: string[][] = [[""]];
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let n = 0; n < source.length; n += 1) {
    const sign = source[n] ?? "";
    const line = lines[lines.length - 1] ?? [];
    const last = line.length - 1;
    if (quoted) {
      if (sign === '"' && source[n + 1] === '"') {
        line[last] += '"';
        n += 1;
      } else if (sign === '"') quoted = false;
      else line[last] += sign;
    } else if (sign === '"' && line[last] === "" && closes(source, n)) quoted = true;
    else if (sign === "\t") line.push("");
    else if (sign === "\n") lines.push([""]);
    else line[last] += sign;
  }
  return lines;
}

/** Whether the quote at `n` begins a quoted cell: its end is followed by a tab, a line's end or nothing. `"a", "b"` does not. */
function closes(source: string, n: number): boolean {
  for (let m = n + 1; m < source.length; m += 1) {
    if (source[m] !== '"') continue;
    if (source[m + 1] === '"') m += 1;
    else return (source[m + 1] ?? "\n") === "\n" || source[m + 1] === "\t" ? /[\t\n]|""/.test(source.slice(n + 1, m)) : false;
  }
  return false;
}

/** A sheet with its past and its undone future. */
export interface History {
  readonly past: readonly Sheet[];
  readonly now: Sheet;
  readonly future: readonly Sheet[];
}

const DEEP = 200;

export type Edit = { readonly do: "edit"; readonly to: (sheet: Sheet) => Sheet } | { readonly do: "undo" | "redo" } | { readonly do: "reset"; readonly sheet: Sheet };

export function edit(history: History, step: Edit): History {
  const { past, now, future } = history;
  if (step.do === "reset") return { past: [], now: step.sheet, future: [] };
  if (step.do === "edit") {
    const next = step.to(now);
    return next === now ? history : { past: [...past.slice(-DEEP), now], now: next, future: [] };
  }
  const [from, to] = step.do === "undo" ? [past, future] : [future, past];
  const next = from[from.length - 1];
  if (!next) return history;
  return step.do === "undo" ? { past: past.slice(0, -1), now: next, future: [...to, now] } : { past: [...to, now], now: next, future: future.slice(0, -1) };
}

/** What changed against the sheet that the draft began from: a sign per row, and the cells that differ. */
export interface Marks {
  readonly row: ReadonlyMap<string, "added" | "changed">;
  readonly cell: (row: Row, column: Column) => boolean;
  readonly removed: readonly Row[];
  readonly any: boolean;
}

export function marksOf(before: Sheet, now: Sheet): Marks {
  const old = new Map(before.rows.map((row) => [row.id, row]));
  const columns = columnsOf(now);
  const cell = (row: Row, column: Column) => {
    const was = old.get(row.id);
    return was !== undefined && was !== row && cellOf(was, column) !== cellOf(row, column);
  };
  const row = new Map<string, "added" | "changed">();
  for (const one of now.rows) {
    if (!old.has(one.id)) row.set(one.id, "added");
    else if (old.get(one.id) !== one && columns.some((column) => cell(one, column))) row.set(one.id, "changed");
  }
  const there = new Set(now.rows.map((one) => one.id));
  const removed = before.rows.filter((one) => !there.has(one.id));
  const same = JSON.stringify([before.inputs, before.outputs, before.tests, before.title, before.rows.map((r) => r.id)]) === JSON.stringify([now.inputs, now.outputs, now.tests, now.title, now.rows.map((r) => r.id)]);
  return { row, cell, removed, any: row.size > 0 || removed.length > 0 || !same };
}
