// Cells: the text of a JDM condition as parts that a person can pick, and back; the same reading as engine/rule_cells.py.

/** Numbers from `low` to `high` (null: no end), each end within it or not; `differs` turns it round. */
export interface Span {
  readonly kind: "span";
  readonly low: number | null;
  readonly high: number | null;
  readonly lowIn: boolean;
  readonly highIn: boolean;
  readonly differs: boolean;
}

/** One text or yes/no value; `differs` turns it round. */
export interface Word {
  readonly kind: "word";
  readonly value: string | boolean;
  readonly differs: boolean;
}

export type Atom = Span | Word;
export type CellKind = "int" | "float" | "str" | "bool" | "other";

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const ATOM = new RegExp(
  String.raw`\s*(?:(?<open>[\[(])\s*(?<low>${NUMBER})\s*\.\.\s*(?<high>${NUMBER})\s*(?<close>[\])])|` +
    String.raw`(?<op>>=|<=|>|<|==|!=)\s*(?<bound>${NUMBER})|(?<number>${NUMBER})|` +
    String.raw`(?<differs>!=|==)?\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')|(?<truth>true|false))\s*(?:,|$)`,
  "y",
);
const DIGITS = 12;
const TEXTS = /"[^"]*"|'[^']*'/g;

/** The alternatives that a plain cell lists, none for an empty one, or null for a cell that only the engine can read. */
export function parse(cell: string): readonly Atom[] | null {
  const text = cell.trim();
  const found: Atom[] = [];
  ATOM.lastIndex = 0;
  while (ATOM.lastIndex < text.length) {
    const groups = ATOM.exec(text)?.groups;
    if (!groups || (ATOM.lastIndex === text.length && text.endsWith(","))) return null;
    found.push(atom(groups));
  }
  const numbers = text.replace(TEXTS, "").match(new RegExp(NUMBER, "g")) ?? [];
  return numbers.some((one) => one.replace(/\D/g, "").length > DIGITS) ? null : found;
}

function atom(part: Record<string, string | undefined>): Atom {
  const span = (low: number | null, high: number | null, lowIn = true, highIn = true, differs = false): Span => ({
    kind: "span", low, high, lowIn, highIn, differs,
  });
  if (part.open) return span(number(part.low), number(part.high), part.open === "[", part.close === "]");
  if (part.number) return span(number(part.number), number(part.number));
  if (part.op) {
    const bound = number(part.bound);
    if (part.op.startsWith(">")) return span(bound, null, part.op === ">=");
    if (part.op.startsWith("<")) return span(null, bound, true, part.op === "<=");
    return span(bound, bound, true, true, part.op === "!=");
  }
  if (part.truth) return { kind: "word", value: part.truth === "true", differs: false };
  return { kind: "word", value: part.double ?? part.single ?? "", differs: part.differs === "!=" };
}

const number = (text: string | undefined) => Number(text) + 0;

/** The cell that lists these alternatives, in its plainest form. */
export function write(atoms: readonly Atom[]): string {
  return atoms.map((one) => (one.kind === "span" ? writeSpan(one) : writeWord(one))).join(", ");
}

function writeSpan({ low, high, lowIn, highIn, differs }: Span): string {
  if (low !== null && low === high && lowIn && highIn) return differs ? `!= ${digits(low)}` : digits(low);
  if (high === null) return `${lowIn ? ">=" : ">"} ${digits(low ?? 0)}`;
  if (low === null) return `${highIn ? "<=" : "<"} ${digits(high)}`;
  return `${lowIn ? "[" : "("}${digits(low)}..${digits(high)}${highIn ? "]" : ")"}`;
}

const writeWord = ({ value, differs }: Word) => `${differs ? "!= " : ""}${typeof value === "boolean" ? value : quoted(value)}`;

/** A text as a cell has it; a text with both kinds of quotes cannot be written plainly. */
export function quoted(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** A number without an exponent: what a cell takes. */
export function digits(value: number): string {
  const text = String(value);
  return /e/i.test(text) ? value.toFixed(12).replace(/\.?0+$/, "") : text;
}

/** Whether a condition may hold in a column of this kind; null: only the engine can tell. */
export function fits(cell: string, kind: CellKind, words: readonly string[]): boolean | null {
  const atoms = parse(cell);
  if (atoms === null) return null;
  return atoms.every((one) => {
    if (one.kind === "span") return kind === "int" || kind === "float";
    if (typeof one.value === "boolean") return kind === "bool";
    return kind === "str" && (words.length === 0 || words.includes(one.value));
  });
}

/** A result cell's fixed value, or undefined for an expression. An empty cell is null: the field's default. */
export function literal(cell: string): number | string | boolean | null | undefined {
  const text = cell.trim();
  if (text === "" || text === "null") return null;
  if (new RegExp(`^${NUMBER}$`).test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  const quotes = /^(?:"([^"]*)"|'([^']*)')$/.exec(text);
  return quotes ? (quotes[1] ?? quotes[2] ?? "") : undefined;
}
