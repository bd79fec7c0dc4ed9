// How long 9 of 10 parcels need at most, in four steps.
export const PROMISES = ["day", "two", "three", "more"] as const;

export function promiseOf(days: number): (typeof PROMISES)[number] {
  return days <= 1.5 ? "day" : days <= 2.5 ? "two" : days <= 3.5 ? "three" : "more";
}
