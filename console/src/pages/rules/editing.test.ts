// Editing: every step is a new sheet, and every step can be taken back.
import { describe, expect, test } from "vitest";
import type { Sheet } from "./api.ts";
import { addColumn, columnsOf, edit, fromTsv, type History, insertRow, marksOf, moveRow, paste, removeColumn, removeRows, setCell, toTsv } from "./editing.ts";

const sheet: Sheet = {
  title: { en: "T", zh: "表" },
  inputs: ["days", "mood"],
  outputs: ["cap"],
  rows: [
    { id: "a", when: { days: ">= 3" }, then: { cap: "20" }, note: "long" },
    { id: "b", when: { mood: '"angry"' }, then: { cap: "10" }, note: "" },
    { id: "c", when: {}, then: { cap: "0" }, note: "" },
  ],
  tests: [],
  confidence: 1,
};
const ids = (it: Sheet) => it.rows.map((row) => row.id).join(" ");

describe("a sheet", () => {
  test("takes a cell, and an empty text clears it", () => {
    const changed = setCell(sheet, 1, 0, "[1..3)");
    expect(changed.rows[1]?.when).toEqual({ mood: '"angry"', days: "[1..3)" });
    expect(setCell(changed, 1, 0, "").rows[1]?.when).toEqual({ mood: '"angry"' });
    expect(sheet.rows[1]?.when).toEqual({ mood: '"angry"' });
  });

  test("takes a range from a spreadsheet, with new rows at its end and nothing beyond its columns", () => {
    const pasted = paste(sheet, 2, 2, [["1", "one", "lost"], ["2", "two"]]);
    expect(ids(pasted)).toBe("a b c row-4");
    expect(pasted.rows.slice(2).map((row) => [row.then?.cap, row.note])).toEqual([["1", "one"], ["2", "two"]]);
  });

  test("inserts, duplicates, moves and removes rows without using an id twice", () => {
    expect(ids(insertRow(sheet, 1))).toBe("a row-4 b c");
    const twice = insertRow(insertRow(sheet, 1, sheet.rows[0]), 2, sheet.rows[0]);
    expect(ids(twice)).toBe("a a-2 a-3 b c");
    expect(twice.rows[2]?.note).toBe("long");
    expect(ids(moveRow(sheet, 0, 2))).toBe("b c a");
    expect(moveRow(sheet, 0, 9)).toBe(sheet);
    expect(ids(removeRows(sheet, 0, 1))).toBe("c");
    expect(removeRows(sheet, 0, 2)).toBe(sheet);
  });

  test("loses a column with its cells", () => {
    const less = removeColumn(sheet, "when", "days");
    expect(columnsOf(less).map((one) => one.field)).toEqual(["mood", "cap", ""]);
    expect(less.rows[0]?.when).toEqual({});
    expect(addColumn(less, "when", "days").inputs).toEqual(["mood", "days"]);
  });

  test("shows what changed since the draft began", () => {
    const now = removeRows(insertRow(setCell(sheet, 0, 2, "30"), 3), 1, 1);
    const marks = marksOf(sheet, now);
    expect([...marks.row]).toEqual([["a", "changed"], ["row-4", "added"]]);
    expect(marks.removed.map((row) => row.id)).toEqual(["b"]);
    expect(columnsOf(now).map((column) => marks.cell(now.rows[0]!, column))).toEqual([false, false, true, false]);
    expect(marksOf(sheet, sheet).any).toBe(false);
  });

  test("goes back and forth through its history", () => {
    let history: History = { past: [], now: sheet, future: [] };
    history = edit(history, { do: "edit", to: (now) => setCell(now, 0, 2, "30") });
    history = edit(history, { do: "edit", to: (now) => removeRows(now, 2, 2) });
    history = edit(edit(history, { do: "undo" }), { do: "undo" });
    expect(history.now).toBe(sheet);
    expect(edit(history, { do: "undo" })).toBe(history);
    history = edit(history, { do: "redo" });
    expect(history.now.rows[0]?.then?.cap).toBe("30");
    history = edit(history, { do: "edit", to: (now) => setCell(now, 0, 2, "40") });
    expect(edit(history, { do: "redo" })).toBe(history);
    expect(edit(history, { do: "edit", to: (now) => now })).toBe(history);
  });
});

describe("the clipboard", () => {
  test.each([
    [[["a", "b"], ["c", ""]]],
    [[['"angry", "anxious"', "x"]]],
    [[['"angry"', "x"]]],
    [[["two\nlines", 'with "quotes" and\ttab']]],
    [[[">= 3"]]],
  ])("gives back what was put on it: %j", (texts) => {
    expect(fromTsv(toTsv(texts))).toEqual(texts);
  });

  test("takes what Excel puts there", () => {
    expect(fromTsv(">= 3\t20\r\n[1..3)\t10\r\n")).toEqual([[">= 3", "20"], ["[1..3)", "10"]]);
    expect(fromTsv('"a\nb"\tc')).toEqual([["a\nb", "c"]]);
  });
});
