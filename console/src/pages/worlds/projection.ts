// Where a place lies on the map: an equal-area conic projection (Albers), so that areas compare honestly.

const radians = (degrees: number) => (degrees * Math.PI) / 180;
// Parallels and centre that suit the land between 18° and 48° N (Snyder 1987, "Map Projections: A Working Manual", §14).
const SOUTH = radians(25);
const NORTH = radians(47);
const N = (Math.sin(SOUTH) + Math.sin(NORTH)) / 2;
const C = Math.cos(SOUTH) ** 2 + 2 * N * Math.sin(SOUTH);
const CENTRE = { longitude: radians(106), latitude: radians(33) };
const EARTH_KM = 6371;
const ρ = (latitude: number) => (EARTH_KM * Math.sqrt(C - 2 * N * Math.sin(latitude))) / N;
const ρ0 = ρ(CENTRE.latitude);

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Kilometres east and south of the centre. */
export function project(latitude: number, longitude: number): Point {
  const θ = N * (radians(longitude) - CENTRE.longitude);
  const r = ρ(radians(latitude));
  return { x: r * Math.sin(θ), y: -(ρ0 - r * Math.cos(θ)) };
}

export const far = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** A point on the bowed way between two places; `share` from 0 to 1. */
export function along(from: Point, to: Point, share: number): Point {
  const bow = bend(from, to);
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * bow.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * bow.y + share * share * to.y,
  };
}

/** The control point of that way: to the left of the line, an eighth of its length. */
export function bend(from: Point, to: Point): Point {
  return {
    x: (from.x + to.x) / 2 + (to.y - from.y) / 8,
    y: (from.y + to.y) / 2 - (to.x - from.x) / 8,
  };
}
