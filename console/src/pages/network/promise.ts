// How long 9 of 10 parcels need at most, in four steps that split the network of today evenly.
import type { Arc } from "./data.ts";

export const STEPS = ["first", "second", "third", "last"] as const;

/** The days up to which the first three steps go, in halves of a day. */
export function stepsOf(arcs: readonly Arc[]): readonly number[] {
  const days = arcs.filter((arc) => arc.kind !== "transfer").map((arc) => arc.promise_days).sort((a, b) => a - b);
  const at = (share: number) => Math.ceil(2 * (days[Math.min(days.length - 1, Math.floor(share * days.length))] ?? 0)) / 2;
  const found = [at(0.25), at(0.5), at(0.75)];
  return [...new Set(found)];
}

/** The step of some days; the last where none is long enough. */
export function stepOf(days: number, steps: readonly number[]): (typeof STEPS)[number] {
  const n = steps.findIndex((most) => days <= most);
  return n < 0 ? "last" : (STEPS[n] ?? "last");
}
