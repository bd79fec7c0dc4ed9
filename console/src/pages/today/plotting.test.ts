import { describe, expect, it } from "vitest";
import type { TodayData } from "./data.ts";
import { bandOf, everyHours, lineOf, roomFor, ticks } from "./plotting.ts";
import { pulseDay } from "./pulseDay.ts";

const scale = { x: (slot: number) => slot * 10, y: (value: number) => 100 - value };

describe("the scale of values", () => {
  it("is round, begins at nothing and holds the most", () => {
    expect(ticks(37, true)).toEqual([0, 10, 20, 30, 40]);
    expect(ticks(400, true)).toEqual([0, 100, 200, 300, 400]);
    expect(ticks(812_345, false)).toEqual([0, 250_000, 500_000, 750_000, 1_000_000]);
  });

  it("has no half orders, and something to stand on where nothing was sold", () => {
    expect(ticks(3, true)).toEqual([0, 1, 2, 3]);
    expect(ticks(9, true)).toEqual([0, 3, 6, 9]);
    expect(ticks(0, true)).toEqual([0, 1]);
    expect(ticks(0, false)).toHaveLength(2);
  });
});

describe("the scale of times", () => {
  it("shows as many as fit", () => {
    expect(everyHours(24, 1200, 50)).toBe(1);
    expect(everyHours(24, 800, 50)).toBe(2);
    expect(everyHours(24, 300, 50)).toBe(4);
    expect(everyHours(24, 90, 50)).toBe(24);
  });

  it("gives Chinese more room than Latin letters", () => {
    expect(roomFor("¥1.2万")).toBeGreaterThan(roomFor("¥1.2k"));
  });
});

describe("lines", () => {
  it("break where nothing is known", () => {
    expect(lineOf([1, 2, null, 4, 5], scale)).toBe("M0.0 99.0L10.0 98.0M30.0 96.0L40.0 95.0");
    expect(lineOf([], scale)).toBe("");
  });

  it("enclose the usual range where both ends are known", () => {
    expect(bandOf([1, 1, null], [3, 4, 5], scale)).toBe("M0.0 97.0L10.0 96.0L10.0 99.0L0.0 99.0Z");
    expect(bandOf([1], [3], scale)).toBe("");
  });
});

describe("a day", () => {
  const alert = (opened_at: string) => ({ opened_at, case_id: "C-1" });
  const data = {
    at: "2026-11-25T00:25:00Z",
    pulse: {
      start: "2026-11-25T00:00:00Z",
      slot_minutes: 10,
      orders: [3, 4, 1],
      gmv: [300, 400, 100],
      orders_yesterday: [1, 2, 3, 4, 5, 6],
      gmv_yesterday: [10, 20, 30, 40, 50, 60],
      expected: null,
      low: null,
      high: null,
      gmv_expected: null,
      gmv_low: [5, 5, 5, 5, 5, 5],
      gmv_high: [9, 9, 9, 9, 9, 9],
      marks: [alert("2026-11-24T23:55:00Z"), alert("2026-11-25T00:15:00Z")],
    },
  } as unknown as TodayData;

  it("shows only slots of today that are over", () => {
    expect(pulseDay(data, "orders").today).toEqual([3, 4]);
    expect(pulseDay(data, "gmv").today).toEqual([300, 400]);
    expect(pulseDay(data, "orders").count).toBe(6);
  });

  it("marks an alert in the slot that it opened in, and none of yesterday", () => {
    expect(pulseDay(data, "orders").marks.map((mark) => mark.slot)).toEqual([1]);
  });

  it("says what is usual only where that is known", () => {
    expect(pulseDay(data, "orders").usual).toBeNull();
    expect(pulseDay(data, "gmv").usual?.high[0]).toBe(9);
  });
});
