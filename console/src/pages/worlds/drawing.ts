// The map laid out for a size: where everything stands, in px.
import type { Text } from "@/words/index.ts";
import type { MapCity, MapPlace, TownMapData } from "./data.ts";
import { land } from "./halftone.ts";
import { freePlace, placed, type Placed } from "./labels.ts";
import { project, type Point } from "./projection.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A warehouse or a city as it is drawn. */
export interface Mark extends Point {
  readonly key: string;
  readonly text: string;
  readonly size: number;
  readonly place?: MapPlace;
  readonly city?: MapCity;
}

export interface Region {
  readonly region: string;
  readonly text: string;
  readonly path: string;
  /** Where its name has room. */
  readonly at: Point | null;
}

export interface Way {
  readonly key: string;
  readonly from: Point;
  readonly to: Point;
  readonly fromKey: string;
  readonly toKey: string;
  readonly parcels: number;
  readonly late: number;
}

export interface Drawing {
  /** px of a kilometre, and where the projection's centre lies. */
  readonly scale: number;
  readonly shift: Point;
  readonly marks: readonly Mark[];
  readonly names: ReadonlyMap<string, Placed>;
  readonly regions: readonly Region[];
  readonly ways: readonly Way[];
}

const ROOM = { left: 300, right: 340, top: 350, bottom: 350 }; // km around the outermost places
const FEW = 8; // orders an hour of the largest circle at least: one order must not look like many
const NEAR_KM = 25; // a warehouse and a city that are nearer than this are one place to a lane

/** Lay the map out; `named` says what a warehouse is called. */
export function drawing(map: TownMapData, say: (text: Text) => string, size: Size, named: (name: string) => string): Drawing {
  const cities = map.cities.map((city) => ({ ...project(city.latitude, city.longitude), city }));
  const places = map.places.map((place) => ({ ...project(place.latitude, place.longitude), place }));
  const all = [...cities, ...places];
  const box = {
    left: Math.min(...all.map((one) => one.x)) - ROOM.left,
    right: Math.max(...all.map((one) => one.x)) + ROOM.right,
    top: Math.min(...all.map((one) => one.y)) - ROOM.top,
    bottom: Math.max(...all.map((one) => one.y)) + ROOM.bottom,
  };
  const scale = all.length ? Math.min(size.width / (box.right - box.left), size.height / (box.bottom - box.top)) : 1;
  const shift = {
    x: size.width / 2 - ((box.left + box.right) / 2) * scale,
    y: size.height / 2 - ((box.top + box.bottom) / 2) * scale,
  };
  const px = (at: Point): Point => ({ x: at.x * scale + shift.x, y: at.y * scale + shift.y });
  const most = Math.max(FEW, ...map.cities.map((city) => city.orders_hour));
  const marks: Mark[] = [
    ...cities.map(({ city, ...at }) => ({ ...px(at), key: city.city, text: say(city.name), size: 3 + 11 * Math.sqrt(city.orders_hour / most), city })),
    ...places.map(({ place, ...at }) => ({ ...px(at), key: place.place, text: named(say(place.name)), size: 8, place })),
  ];
  const at = new Map(marks.map((mark) => [mark.key, mark]));
  const signs = marks.filter((mark) => mark.place).map(({ x, y }) => ({ left: x - 14, right: x + 14, top: y - 34, bottom: y }));
  const { names, full } = placed(
    marks.map((mark) => ({ ...mark, size: mark.place ? 14 : mark.size, y: mark.place ? mark.y - 19 : mark.y, weight: mark.place ? 1e6 : (mark.city?.orders_hour ?? 0) + 1 })),
    signs,
  );
  const boxes = [...full];
  return {
    scale,
    shift,
    marks,
    names,
    regions: land(cities.map(({ city, x, y }) => ({ x, y, region: city.region }))).map(({ region, path, middle }) => {
      const text = say(map.regions.find((one) => one.region === region)?.name ?? { en: region, zh: region });
      const at = freePlace(px(middle), 9 + text.length * (text.charCodeAt(0) > 255 ? 16 : 9.5), 34, boxes, 320 * scale);
      if (at) boxes.push({ left: at.x - 50, right: at.x + 50, top: at.y - 17, bottom: at.y + 17 });
      return { region, path, text, at };
    }),
    ways: map.lanes.flatMap(({ origin, city, parcels, late }) => {
      const [from, to] = [at.get(origin), at.get(city)];
      if (!from || !to || Math.hypot(from.x - to.x, from.y - to.y) < NEAR_KM * scale) return [];
      return [{ key: `${origin}|${city}`, from, to, fromKey: origin, toKey: city, parcels, late }];
    }),
  };
}
