// The blanks of a query, `$name`: found in its text, filled by a form, sent as values.
import type { QuestionParam } from "./api.ts";
import type { Params } from "./useRun.ts";

/** Texts, quoted names and comments of SQL: a `$name` inside them is none. */
const QUIET = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** The blanks of a query in the order of their first use; what is known of them stays. */
export function blanksOf(sql: string, known: readonly QuestionParam[]): QuestionParam[] {
  const names = [...sql.replace(QUIET, " ").matchAll(/\$([A-Za-z_]\w*)/g)].map((found) => found[1] as string);
  return [...new Set(names)].map((name) => known.find((one) => one.name === name) ?? { name, kind: guessed(name), default: "" });
}

function guessed(name: string): QuestionParam["kind"] {
  if (/(^|_)(day|date|since|until)$/.test(name)) return "day";
  return /(^|_)(n|count|days|limit|top|minutes|hours|units|amount)$/.test(name) ? "number" : "text";
}

/** What a form holds (texts) as values; an empty number is NULL. */
export function paramsOf(blanks: readonly QuestionParam[], typed: Readonly<Record<string, string>>): Params {
  return Object.fromEntries(
    blanks.map((blank) => {
      const text = typed[blank.name] ?? blank.default;
      if (blank.kind === "number") return [blank.name, text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text)];
      if (blank.kind === "bool") return [blank.name, text === "true"];
      return [blank.name, text];
    }),
  );
}
