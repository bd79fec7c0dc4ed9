// Where a place lies on the map of any country: Lambert's azimuthal equal-area projection around the middle of the places.
import type { Point } from "@/pages/worlds/projection.ts";

export interface Degrees {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_KM = 6371;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The middle of places; longitudes are averaged on the circle, so that it holds across the date line too. */
export function middleOf(all: readonly Degrees[]): Degrees {
  if (!all.length) return { latitude: 0, longitude: 0 };
  const east = all.reduce((sum, one) => sum + Math.cos(radians(one.longitude)), 0);
  const north = all.reduce((sum, one) => sum + Math.sin(radians(one.longitude)), 0);
  const latitudes = all.map((one) => one.latitude);
  return { latitude: (Math.min(...latitudes) + Math.max(...latitudes)) / 2, longitude: (Math.atan2(north, east) * 180) / Math.PI };
}

/** Kilometres east and south of `middle` (Snyder 1987, "Map Projections: A Working Manual", §24); null on the far side. */
export function projection(middle: Degrees): (at: Degrees) => Point | null {
  const [φ0, λ0] = [radians(middle.latitude), radians(middle.longitude)];
  return (at) => {
    const [φ, λ] = [radians(at.latitude), radians(at.longitude) - λ0];
    const near = 1 + Math.sin(φ0) * Math.sin(φ) + Math.cos(φ0) * Math.cos(φ) * Math.cos(λ);
    if (near < 0.6) return null; // more than about 113 degrees away: not on a map of one country
    const k = EARTH_KM * Math.sqrt(2 / near);
    return { x: k * Math.cos(φ) * Math.sin(λ), y: -k * (Math.cos(φ0) * Math.sin(φ) - Math.sin(φ0) * Math.cos(φ) * Math.cos(λ)) };
  };
}
