// The network laid out for a size: land, places, destinations and lanes in px.
import { placed, type Placed } from "@/pages/worlds/labels.ts";
import { bend, type Point } from "@/pages/worlds/projection.ts";
import type { Text } from "@/words/index.ts";
import type { Size } from "@/ui/useSize.ts";
import type { Arc, NetworkData, NetworkDestination, NetworkPlace } from "./data.ts";
import land from "./land.json";
import { middleOf, projection } from "./projection.ts";

export interface Mark extends Point {
  readonly key: string;
  readonly text: string;
  readonly size: number;
  readonly place?: NetworkPlace;
  readonly destination?: NetworkDestination;
}

export interface Way {
  readonly key: string;
  readonly path: string;
  readonly arc: Arc;
  readonly width: number;
}

export interface Drawing {
  readonly land: string;
  readonly marks: readonly Mark[];
  readonly names: ReadonlyMap<string, Placed>;
  /** The ways of some arcs on this map. */
  readonly ways: (arcs: readonly Arc[]) => readonly Way[];
}

const ROOM = 0.1; // of the map's width and height around the outermost places
const WIDE = 7;
const FOOT = 70; // px at the bottom for the legend

/** Lay the map out around all places and destinations. */
export function drawing(data: NetworkData, say: (text: Text) => string, size: Size): Drawing {
  const all = [...data.places, ...data.destinations];
  const project = projection(middleOf(all));
  const spots = all.flatMap((one) => project(one) ?? []);
  const [left, right] = [Math.min(...spots.map((one) => one.x)), Math.max(...spots.map((one) => one.x))];
  const [top, bottom] = [Math.min(...spots.map((one) => one.y)), Math.max(...spots.map((one) => one.y))];
  const across = Math.max(right - left, 400);
  const high = Math.max(bottom - top, 300);
  const scale = Math.min((size.width * (1 - 2 * ROOM)) / across, ((size.height - FOOT) * (1 - 2 * ROOM)) / high);
  const px = (at: Point): Point => ({ x: (at.x - (left + right) / 2) * scale + size.width / 2, y: (at.y - (top + bottom) / 2) * scale + size.height / 2 - FOOT / 2 });
  const spot = (one: { latitude: number; longitude: number }): Point | null => {
    const found = project(one);
    return found ? px(found) : null;
  };
  const most = Math.max(1, ...data.destinations.map((one) => one.parcels));
  const marks: Mark[] = [
    ...data.destinations.flatMap((destination) => {
      const at = spot(destination);
      return at ? [{ ...at, key: destination.destination, text: say(destination.name), size: 2.5 + 5 * Math.sqrt(destination.parcels / most), destination }] : [];
    }),
    ...data.places.flatMap((place) => {
      const at = spot(place);
      return at ? [{ ...at, key: place.place, text: place.place, size: 9, place }] : [];
    }),
  ];
  const where = new Map(marks.map((mark) => [mark.key, mark]));
  const { names } = placed(marks.map((mark) => ({ ...mark, size: mark.place ? 12 : mark.size, weight: mark.place ? 1e9 : (mark.destination?.parcels ?? 0) })));
  return {
    land: outline(spot, size),
    marks,
    names,
    ways: (arcs) => {
      const heaviest = Math.max(1, ...arcs.map((arc) => arc.parcels_per_day));
      return arcs.flatMap((arc) => {
        const [from, to] = [where.get(arc.origin), where.get(arc.destination)];
        if (!from || !to || Math.hypot(from.x - to.x, from.y - to.y) < 3) return [];
        const bow = bend(from, to);
        const path = `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${bow.x.toFixed(1)} ${bow.y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
        return [{ key: `${arc.origin}|${arc.destination}|${arc.mode}`, path, arc, width: 0.8 + WIDE * Math.sqrt(arc.parcels_per_day / heaviest) }];
      });
    },
  };
}

/** The land as one SVG path: rings in tenths of a degree, each number a step from the one before; no border is drawn. */
function outline(spot: (at: { latitude: number; longitude: number }) => Point | null, size: Size): string {
  const near = (at: Point) => at.x > -size.width && at.x < 2 * size.width && at.y > -size.height && at.y < 2 * size.height;
  let path = "";
  for (const ring of land as readonly (readonly number[])[]) {
    let [longitude, latitude] = [0, 0];
    const points: Point[] = [];
    let seen = false;
    for (let n = 0; n + 1 < ring.length; n += 2) {
      longitude += ring[n] ?? 0;
      latitude += ring[n + 1] ?? 0;
      const at = spot({ latitude: latitude / 10, longitude: longitude / 10 });
      if (!at) continue;
      points.push(at);
      seen ||= near(at);
    }
    if (seen && points.length > 2) path += `M${points.map((at) => `${at.x.toFixed(0)} ${at.y.toFixed(0)}`).join("L")}Z`;
  }
  return path;
}
