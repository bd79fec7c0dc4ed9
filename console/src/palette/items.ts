// What the palette lists: every item is one line that Enter goes to or does, and Tab may do something else with.
import type { components } from "@/api/schema.ts";

export type Hit = components["schemas"]["Hit"];
export type Hits = components["schemas"]["Hits"];

export interface Item {
  readonly id: string;
  /** The heading that it stands under: a key of the catalog. */
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  /** Characters of the title that match what was typed. */
  readonly spans: readonly (readonly [number, number])[];
  readonly side?: string;
  readonly keys?: string;
  readonly run: () => unknown;
  readonly second?: { readonly label: string; readonly run: () => unknown };
  /** Remembered when it is opened; actions are not. */
  readonly to?: string;
}

/** A text as it is compared: full width as half width, without case, one space where there are several. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().split(/\s+/).join(" ");
}

/** Whether all words of `typed` are in one of the texts. */
export function matches(typed: string, ...texts: readonly string[]): boolean {
  const all = folded(texts.join(" "));
  return folded(typed).split(" ").every((word) => all.includes(word));
}

/** Where the words of `typed` are in `title`. */
export function spansOf(title: string, typed: string): [number, number][] {
  const plain = title.toLowerCase();
  if (plain.length !== title.length) return [];
  return folded(typed)
    .split(" ")
    .map((word): [number, number] => [plain.indexOf(word), plain.indexOf(word) + word.length])
    .filter(([start, end]) => start >= 0 && end > start)
    .sort((a, b) => a[0] - b[0]);
}

/** A title cut where it is marked: pieces in order, with whether each is a match. */
export function pieces(title: string, spans: readonly (readonly [number, number])[]): { text: string; hit: boolean }[] {
  const found: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    if (start < at || end > title.length) continue;
    if (start > at) found.push({ text: title.slice(at, start), hit: false });
    found.push({ text: title.slice(start, end), hit: true });
    at = end;
  }
  if (at < title.length) found.push({ text: title.slice(at), hit: false });
  return found;
}
