// The land as dots: each belongs to the region of the nearest city and is smaller the farther away that is. No border is drawn.
import { far, type Point } from "./projection.ts";

const STEP_KM = 58;
const REACH_KM = 345;
const BIG = 21;

export interface Spot extends Point {
  readonly region: string;
}

export interface Land {
  readonly region: string;
  /** One SVG path of all dots. */
  readonly path: string;
  /** Where the region's name may stand: the middle of its dots. */
  readonly middle: Point;
}

/** The dots around cities, region by region. */
export function land(cities: readonly Spot[]): Land[] {
  if (!cities.length) return [];
  const xs = cities.map((city) => city.x);
  const ys = cities.map((city) => city.y);
  const dots = new Map<string, { x: number; y: number; r: number }[]>();
  let odd = false;
  for (let y = Math.min(...ys) - REACH_KM; y <= Math.max(...ys) + REACH_KM; y += STEP_KM * 0.866) {
    odd = !odd;
    for (let x = Math.min(...xs) - REACH_KM + (odd ? STEP_KM / 2 : 0); x <= Math.max(...xs) + REACH_KM; x += STEP_KM) {
      const nearest = cities.reduce((best, city) => (far(city, { x, y }) < far(best, { x, y }) ? city : best));
      const away = far(nearest, { x, y }) / REACH_KM;
      if (away > 1) continue;
      const found = dots.get(nearest.region) ?? [];
      found.push({ x, y, r: BIG * (1 - 0.72 * away * away) });
      dots.set(nearest.region, found);
    }
  }
  return [...dots].map(([region, found]) => ({
    region,
    path: found.map(({ x, y, r }) => circle(x, y, r)).join(""),
    middle: {
      x: found.reduce((sum, dot) => sum + dot.x, 0) / found.length,
      y: found.reduce((sum, dot) => sum + dot.y, 0) / found.length,
    },
  }));
}

const circle = (x: number, y: number, r: number) => {
  const size = r.toFixed(1);
  return `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${size} ${size} 0 1 0 ${(2 * r).toFixed(1)} 0a${size} ${size} 0 1 0 ${(-2 * r).toFixed(1)} 0`;
};
