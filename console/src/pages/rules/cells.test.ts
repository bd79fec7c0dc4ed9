// The same cells as tests/faces/desk/test_rule_cells.py: the page reads them as the engine does.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Atom, digits, fits, literal, parse, write } from "./cells.ts";

type Told = { low: number | null; high: number | null; low_in: boolean; high_in: boolean; differs: boolean } | { value: string | boolean; differs: boolean };
const cases = JSON.parse(readFileSync(new URL("../../../../tests/faces/desk/rule_cells.json", import.meta.url), "utf8")) as [string, Told[] | null][];

const told = (atoms: readonly Atom[] | null): Told[] | null =>
  atoms?.map((one) => (one.kind === "word" ? { value: one.value, differs: one.differs } : { low: one.low, high: one.high, low_in: one.lowIn, high_in: one.highIn, differs: one.differs })) ?? null;

describe("a cell", () => {
  test.each(cases)("%j is read as the engine reads it", (cell, atoms) => {
    expect(told(parse(cell))).toEqual(atoms);
  });

  test.each(cases.filter(([, atoms]) => atoms))("%j is written so that it says the same", (cell) => {
    const atoms = parse(cell)!;
    expect(parse(write(atoms))).toEqual(atoms);
  });

  test("is written in its plainest form", () => {
    const again = (cell: string) => write(parse(cell)!);
    expect(again(" ==  7 ")).toBe("7");
    expect(again(">=3")).toBe(">= 3");
    expect(again("( 0 .. 1 ]")).toBe("(0..1]");
    expect(again("'a',  != 'b'")).toBe('"a", != "b"');
    expect(digits(1e-11)).toBe("0.00000000001");
  });

  test("of numbers at random survives being written and read", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let n = 0; n < 2000; n += 1) {
      const [low, high] = [Math.round((random() - 0.5) * 2e6) / 10 ** Math.floor(random() * 4), Math.round(random() * 1e6) / 100].map((one) => one + 0);
      const shape = Math.floor(random() * 4);
      const atom: Atom = { kind: "span", low: shape === 1 ? null : low!, high: shape === 2 ? null : shape === 3 ? low! : high!, lowIn: shape === 1 || shape === 3 || random() < 0.5, highIn: shape === 2 || shape === 3 || random() < 0.5, differs: shape === 3 && random() < 0.5 };
      expect(parse(write([atom]))).toEqual([atom]);
    }
  });

  test("fits its column or never holds", () => {
    expect(fits(">= 3", "float", [])).toBe(true);
    expect(fits('"angry"', "str", ["angry", "calm"])).toBe(true);
    expect(fits('"hungry"', "str", ["angry", "calm"])).toBe(false);
    expect(fits("true", "int", [])).toBe(false);
    expect(fits("> days", "int", [])).toBe(null);
    expect(fits("", "bool", [])).toBe(true);
  });

  test("of a result is a value or a formula", () => {
    expect([literal("20"), literal(" true "), literal('"a"'), literal(""), literal("days * 2")]).toEqual([20, true, "a", null, undefined]);
  });
});
