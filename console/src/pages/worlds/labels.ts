// Names beside their places: each takes the first of eight spots around its mark that is still free, the important ones first.
import type { Point } from "./projection.ts";

export interface Marked extends Point {
  readonly key: string;
  readonly text: string;
  /** Radius of the mark, px. */
  readonly size: number;
  readonly weight: number;
}

export interface Placed extends Point {
  readonly anchor: "start" | "middle" | "end";
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HIGH = 14;
const wide = (text: string) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 12 : 6.6), 0) + 4;
const hits = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export interface Labels {
  readonly names: ReadonlyMap<string, Placed>;
  /** All that is taken now. */
  readonly full: readonly Box[];
}

/** Where the names stand, px; those that find no room are left out. */
export function placed(marks: readonly Marked[], taken: readonly Box[] = []): Labels {
  const full: Box[] = [...taken, ...marks.map(({ x, y, size }) => ({ left: x - size, right: x + size, top: y - size, bottom: y + size }))];
  const found = new Map<string, Placed>();
  for (const mark of [...marks].sort((a, b) => b.weight - a.weight)) {
    for (const { at, box } of spots(mark)) {
      if (full.some((other) => hits(box, other))) continue;
      full.push(box);
      found.set(mark.key, at);
      break;
    }
  }
  return { names: found, full };
}

/** The free place nearest to a point for something of a size, at most `reach` away; null where there is none. */
export function freePlace(at: Point, across: number, high: number, full: readonly Box[], reach: number): Point | null {
  for (let away = 0; away <= reach; away += 8) {
    const turns = away ? Math.max(8, Math.round(away / 4)) : 1;
    for (let n = 0; n < turns; n += 1) {
      const x = at.x + away * Math.cos((2 * Math.PI * n) / turns);
      const y = at.y + away * Math.sin((2 * Math.PI * n) / turns);
      const box = { left: x - across / 2, right: x + across / 2, top: y - high / 2, bottom: y + high / 2 };
      if (!full.some((other) => hits(box, other))) return { x, y };
    }
  }
  return null;
}

function* spots({ x, y, size, text }: Marked): Generator<{ at: Placed; box: Box }> {
  const across = wide(text);
  const off = size + 4;
  const side = off * 0.72;
  const tries: readonly [number, number, Placed["anchor"]][] = [
    [off, 0, "start"],
    [-off, 0, "end"],
    [0, off + 6, "middle"],
    [0, -off - 6, "middle"],
    [side, side + 4, "start"],
    [side, -side - 4, "start"],
    [-side, side + 4, "end"],
    [-side, -side - 4, "end"],
  ];
  for (const [dx, dy, anchor] of tries) {
    const left = anchor === "start" ? x + dx : anchor === "end" ? x + dx - across : x + dx - across / 2;
    yield { at: { x: x + dx, y: y + dy, anchor }, box: { left, right: left + across, top: y + dy - HIGH / 2, bottom: y + dy + HIGH / 2 } };
  }
}
