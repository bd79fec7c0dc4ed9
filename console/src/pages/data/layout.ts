// Where the things of a lineage graph stand: in columns from what comes before to what comes after, crossings kept few.
import type { Lineage, LineageNode } from "./api.ts";

export interface Placed {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 168, height: 34 } as const;
const GAP = { x: 60, y: 12 } as const;
const SWEEPS = 6;

/** Columns by the way from `focus`: what feeds it left of it, what it feeds right of it. */
export function layout({ nodes, edges }: Lineage, focus: string): Layout {
  const next = neighbours(edges.map((edge) => [edge.source, edge.target] as const));
  const before = neighbours(edges.map((edge) => [edge.target, edge.source] as const));
  const after = distances(next, focus);
  const ahead = distances(before, focus);
  const columnOf = (id: string) => {
    const [down, up] = [after.get(id), ahead.get(id)];
    if (down === undefined) return -(up ?? 0);
    // Both ways: a circle. It stands where it is nearer, and after where it is as near.
    return up !== undefined && up < down ? -up : down;
  };
  const columns = new Map<number, LineageNode[]>();
  for (const node of nodes) {
    const column = columnOf(node.id);
    columns.set(column, [...(columns.get(column) ?? []), node]);
  }
  const order = [...columns.keys()].sort((a, b) => a - b);
  const lists = order.map((column) => (columns.get(column) ?? []).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)));
  const place = new Map<string, number>();
  const note = () => lists.forEach((list) => list.forEach((node, n) => place.set(node.id, (n + 0.5) / list.length)));
  note();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const list of sweep % 2 ? [...lists].reverse() : lists) {
      const middle = new Map(list.map((node) => [node.id, mean([...(next.get(node.id) ?? []), ...(before.get(node.id) ?? [])].map((id) => place.get(id) ?? 0.5), place.get(node.id) ?? 0.5)]));
      list.sort((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0));
      note();
    }
  }
  const tallest = Math.max(1, ...lists.map((list) => list.length));
  const height = tallest * (BOX.height + GAP.y) - GAP.y;
  const placed = lists.flatMap((list, column) => {
    const high = list.length * (BOX.height + GAP.y) - GAP.y;
    return list.map((node, n) => ({ node, x: column * (BOX.width + GAP.x), y: (height - high) / 2 + n * (BOX.height + GAP.y) }));
  });
  return { placed, width: lists.length * (BOX.width + GAP.x) - GAP.x, height };
}

const KINDS = ["world", "loop", "table", "event", "view", "link", "action", "gate"];
const rank = (node: LineageNode) => KINDS.indexOf(node.kind);
const mean = (values: readonly number[], otherwise: number) => (values.length ? values.reduce((sum, one) => sum + one, 0) / values.length : otherwise);

function neighbours(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [from, to] of pairs) found.set(from, [...(found.get(from) ?? []), to]);
  return found;
}

function distances(next: ReadonlyMap<string, readonly string[]>, start: string): Map<string, number> {
  const found = new Map([[start, 0]]);
  let edge = [start];
  for (let step = 1; edge.length; step += 1) {
    edge = [...new Set(edge.flatMap((id) => (/^(gate|world):/.test(id) && id !== start ? [] : (next.get(id) ?? []))))].filter((id) => !found.has(id));
    for (const id of edge) found.set(id, step);
  }
  return found;
}
