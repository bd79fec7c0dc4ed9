// The map laid out: worlds, the events that they say, links, the actions that links decide, and the worlds that do them.
import type { Wire, WireMap } from "./data.ts";

export type Column = "speaks" | "event" | "link" | "action" | "does";

export interface Box {
  /** Unique on the map: a world stands on it twice, as speaker and as doer. */
  readonly id: string;
  readonly name: string;
  readonly column: Column;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly today: number;
  readonly perMinute: number;
  readonly held: number;
}

export interface Line {
  readonly id: string;
  readonly from: Box;
  readonly to: Box;
  readonly today: number;
  readonly perMinute: number;
  readonly slow: boolean;
  /** Of an event that a link says: it goes back to the events. */
  readonly back: boolean;
}

export interface Graph {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { wide: 172, high: 34 } as const;
const ROW = 41;
const TOP = 28;
const COLUMNS: readonly Column[] = ["speaks", "event", "link", "action", "does"];
const PASSES = 12;

interface Draft {
  readonly id: string;
  readonly name: string;
  readonly column: Column;
  readonly kind: string;
  today: number;
  perMinute: number;
  held: number;
}

interface Thread {
  readonly from: string;
  readonly to: string;
  today: number;
  perMinute: number;
  slow: boolean;
}

/** The same map always gives the same picture: orders are settled by neighbours, ties by name. */
export function graph(map: WireMap, width: number, quiet: boolean): Graph {
  const links = new Set(map.nodes.filter((node) => node.noun === "link").map((node) => node.name));
  const drafts = new Map<string, Draft>();
  const threads = new Map<string, Thread>();
  const box = (column: Column, name: string, kind: string) => {
    const id = `${column}:${name}`;
    const found = drafts.get(id) ?? { id, name, column, kind, today: 0, perMinute: 0, held: 0 };
    drafts.set(id, found);
    return found;
  };
  const thread = (from: Draft, to: Draft, wire: Wire) => {
    const id = `${from.id}>${to.id}`;
    const found = threads.get(id) ?? { from: from.id, to: to.id, today: 0, perMinute: 0, slow: false };
    threads.set(id, { ...found, today: Math.max(found.today, wire.today), perMinute: Math.max(found.perMinute, wire.per_minute), slow: found.slow || wire.slow });
  };
  const said = new Map<string, Map<string, Wire>>();
  for (const wire of map.wires) {
    if (!quiet && wire.today === 0) continue;
    if (wire.how === "action") {
      const [link, action, world] = [box("link", wire.speaker, "link"), box("action", wire.word, wire.kind), box("does", wire.hearer, "world")];
      link.today += wire.today;
      action.today += wire.today;
      action.held += wire.held;
      thread(link, action, wire);
      thread(action, world, wire);
      continue;
    }
    const event = box("event", wire.word, wire.kind);
    const speakers = said.get(wire.word) ?? new Map<string, Wire>();
    if (!speakers.has(wire.speaker)) {
      event.today += wire.today;
      event.perMinute += wire.per_minute;
    }
    said.set(wire.word, speakers.set(wire.speaker, wire));
    thread(box(links.has(wire.speaker) ? "link" : "speaks", wire.speaker, links.has(wire.speaker) ? "link" : "world"), event, wire);
    if (wire.hearer) thread(event, box("link", wire.hearer, "link"), wire);
  }
  return placed([...drafts.values()], [...threads.values()], width);
}

function placed(drafts: readonly Draft[], threads: readonly Thread[], width: number): Graph {
  const columns = COLUMNS.map((column) => drafts.filter((one) => one.column === column).sort((a, b) => (a.name < b.name ? -1 : 1)));
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const height = TOP + rows * ROW;
  const gap = (width - BOX.wide) / (COLUMNS.length - 1);
  const y = new Map<string, number>();
  const stand = (column: readonly Draft[]) => {
    const room = (height - TOP) / Math.max(1, column.length);
    column.forEach((one, n) => y.set(one.id, TOP + room * (n + 0.5)));
  };
  columns.forEach(stand);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const column of pass % 2 ? [...columns].reverse() : columns) {
      const middle = new Map(column.map((one) => [one.id, mean(one.id, threads, y)]));
      column.sort((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0) || (a.name < b.name ? -1 : 1));
      stand(column);
    }
  }
  const boxes = columns.flatMap((column, n) => column.map((one): Box => ({ ...one, x: n * gap, y: y.get(one.id) ?? 0 })));
  const by = new Map(boxes.map((one) => [one.id, one]));
  const lines = threads.flatMap(({ from, to, ...rest }): Line[] => {
    const [a, b] = [by.get(from), by.get(to)];
    return a && b ? [{ id: `${from}>${to}`, from: a, to: b, back: a.x > b.x, ...rest }] : [];
  });
  return { boxes, lines, width, height };
}

function mean(id: string, threads: readonly Thread[], y: ReadonlyMap<string, number>): number {
  const near = threads.filter((one) => one.from === id || one.to === id).map((one) => y.get(one.from === id ? one.to : one.from) ?? 0);
  return near.length ? near.reduce((sum, one) => sum + one, 0) / near.length : (y.get(id) ?? 0);
}

export interface Curve {
  readonly from: { readonly x: number; readonly y: number };
  readonly one: { readonly x: number; readonly y: number };
  readonly two: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

/** The cubic curve of a line; one that goes back leaves and comes in on the same sides, in a wide bow. */
export function curve({ from, to, back }: Line): Curve {
  if (back) {
    const start = { x: from.x, y: from.y + 9 };
    const end = { x: to.x + BOX.wide, y: to.y + 9 };
    const bend = (start.x - end.x) / 2;
    return { from: start, one: { x: start.x - bend, y: start.y }, two: { x: end.x + bend, y: end.y }, to: end };
  }
  const start = { x: from.x + BOX.wide, y: from.y };
  const end = { x: to.x, y: to.y };
  const bend = Math.max(30, (end.x - start.x) / 2);
  return { from: start, one: { x: start.x + bend, y: start.y }, two: { x: end.x - bend, y: end.y }, to: end };
}

export function path({ from, one, two, to }: Curve): string {
  return `M${from.x} ${from.y}C${one.x} ${one.y} ${two.x} ${two.y} ${to.x} ${to.y}`;
}

/** A point on a curve, `share` from 0 to 1. */
export function pointAt({ from, one, two, to }: Curve, share: number): { x: number; y: number } {
  const rest = 1 - share;
  const [a, b, c, d] = [rest ** 3, 3 * rest * rest * share, 3 * rest * share * share, share ** 3];
  return { x: a * from.x + b * one.x + c * two.x + d * to.x, y: a * from.y + b * one.y + c * two.y + d * to.y };
}
