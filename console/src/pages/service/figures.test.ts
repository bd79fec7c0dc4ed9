import { describe, expect, it } from "vitest";
import { roundTime } from "./figures.ts";

const of = (...values: (number | null)[]) => roundTime([{ name: "x", values }]);

describe("the axis of times", () => {
  it("ends where each quarter is a round time, and nothing is above it", () => {
    expect(of(66_000, 900)).toBe(4 * 21_600);
    expect(of(1150)).toBe(4 * 300);
    expect(of(4)).toBe(4);
  });
  it("is left to the chart where nothing is known, or it takes months", () => {
    expect(of(null, 0)).toBeUndefined();
    expect(roundTime([])).toBeUndefined();
    expect(of(4 * 604_800 + 1)).toBeUndefined();
  });
});
