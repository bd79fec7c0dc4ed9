// Speaking: a row, a cell or a question in plain words, in the reader's language, with units.
import { useMemo } from "react";
import type { Format } from "@/format/index.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords, type Words } from "@/words/index.ts";
import type { Field, Row, Sheet, Values } from "./api.ts";
import { type Atom, literal, parse } from "./cells.ts";

export interface Speaker {
  /** What a field is called. */
  readonly field: (name: string) => string;
  /** A value of a field with its unit: 3 days, ¥20, angry, yes. */
  readonly value: (name: string, value: unknown) => string;
  /** A condition without its field: "≥ 3 d", "angry or anxious", "any". */
  readonly short: (name: string, cell: string) => string;
  /** A condition with its field: "Days late ≥ 3 d". */
  readonly condition: (name: string, cell: string) => string;
  /** A result cell as a value: "¥20", or the expression. */
  readonly result: (name: string, cell: string) => string;
  /** A whole row: "When … and … → …". */
  readonly row: (sheet: Sheet, row: Row) => string;
  /** A question's values in one line. */
  readonly given: (given: Values) => string;
  /** The half of a bilingual note that is in the reader's language. */
  readonly note: (text: string) => string;
}

const HAN = /[\u3400-\u9fff]/;

export function speaker(words: Words, format: Format, fields: readonly Field[], currency: string): Speaker {
  const { t, say, lang } = words;
  const known = new Map(fields.map((one) => [one.name, one]));
  const number = (value: number) => format.number(value, Number.isInteger(value) ? 0 : Math.min(4, (String(value).split(".")[1] ?? "").length));
  const field = (name: string) => say(known.get(name)?.title) || name;
  const amount = (name: string, value: number) => {
    switch (known.get(name)?.unit) {
      case "money":
        return format.money({ amount: value, currency }, value % 100 ? "full" : "whole");
      case "percent":
        return `${number(value)}%`;
      case "share":
        return format.percent(value, Number.isInteger(value * 100) ? 0 : 1);
      case "days":
        return t("rules.unit.days", { n: number(value) });
      case "times":
        return t("rules.unit.times", { n: number(value) });
      case "per_day":
        return t("rules.unit.per_day", { n: number(value) });
      default:
        return number(value);
    }
  };
  const value = (name: string, it: unknown): string => {
    if (typeof it === "boolean") return t(it ? "rules.yes" : "rules.no");
    if (typeof it === "number") return amount(name, it);
    if (typeof it === "string") return say(known.get(name)?.words?.find((one) => one.value === it)?.title) || it || "“”";
    return it == null ? "–" : JSON.stringify(it);
  };
  const one = (name: string, atom: Atom, about: string): string => {
    if (atom.kind === "word") return `${atom.differs ? t("rules.words.not") : ""}${value(name, atom.value)}`;
    const { low, high, lowIn, highIn, differs } = atom;
    if (low !== null && low === high) return `${differs ? "≠ " : about ? "= " : ""}${amount(name, low)}`;
    if (high === null) return `${lowIn ? "≥" : ">"} ${amount(name, low ?? 0)}`;
    if (low === null) return `${highIn ? "≤" : "<"} ${amount(name, high)}`;
    return t("rules.words.between", { low: number0(low), from: lowIn ? "≤" : "<", field: about || "…", to: highIn ? "≤" : "<", high: about ? amount(name, high) : number0(high) });
    function number0(bound: number): string {
      return known.get(name)?.unit === "money" || known.get(name)?.unit === "share" ? amount(name, bound) : number(bound);
    }
  };
  const several = (name: string, cell: string, about: string) => parse(cell)?.map((atom) => one(name, atom, about)).join(t("rules.words.or")) ?? cell;
  const condition = (name: string, cell: string): string => {
    const atoms = parse(cell);
    if (atoms === null) return t("rules.words.formula", { field: field(name), cell });
    if (atoms.some((atom) => atom.kind === "span" && atom.low !== null && atom.high !== null && atom.low !== atom.high)) return several(name, cell, field(name));
    if (atoms.every((atom) => atom.kind === "word")) return t("rules.words.is", { field: field(name), values: several(name, cell, "") });
    return `${field(name)} ${several(name, cell, "=")}`;
  };
  const result = (name: string, cell: string): string => {
    const fixed = literal(cell);
    if (fixed === undefined) return cell;
    return fixed === null ? t("rules.words.usual") : value(name, fixed);
  };
  const row = (sheet: Sheet, it: Row): string => {
    const when = sheet.inputs.filter((name) => it.when?.[name]).map((name) => condition(name, it.when?.[name] ?? ""));
    const then = sheet.outputs.filter((name) => it.then?.[name]).map((name) => t("rules.words.result", { field: field(name), value: result(name, it.then?.[name] ?? "") }));
    const results = then.join(t("rules.words.comma")) || t("rules.words.nothing");
    if (when.length) return t("rules.words.row", { when: when.join(t("rules.words.and")), then: results });
    return t(sheet.rows[sheet.rows.length - 1] === it ? "rules.words.else" : "rules.words.always", { then: results });
  };
  const note = (text: string) => {
    const halves = text.split(" · ");
    if (halves.length < 2) return text;
    return halves.find((half) => HAN.test(half) === (lang === "zh")) ?? text;
  };
  return {
    field,
    value,
    short: (name, cell) => (cell.trim() ? several(name, cell, "") : t("rules.any")),
    condition,
    result,
    row,
    given: (given) => Object.entries(given).map(([name, it]) => t("rules.words.result", { field: field(name), value: value(name, it) })).join(t("rules.words.comma")),
    note,
  };
}

/** The speaker of a table's fields. */
export function useSpeaker(fields: readonly Field[], currency: string): Speaker {
  const words = useWords();
  const format = useFormat();
  return useMemo(() => speaker(words, format, fields, currency), [words, format, fields, currency]);
}
