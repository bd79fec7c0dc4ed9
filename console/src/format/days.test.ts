import { expect, test } from "vitest";
import { dayBegins } from "./days.ts";

test("a day begins when the shop's clock says so", () => {
  expect(dayBegins("2026-11-25", "Asia/Shanghai")).toBe("2026-11-24T16:00:00.000Z");
  expect(dayBegins("2026-11-25", "Asia/Shanghai", 1)).toBe("2026-11-25T16:00:00.000Z");
  expect(dayBegins("2026-11-25", "UTC")).toBe("2026-11-25T00:00:00.000Z");
});

test("also on the days around a change of the clocks", () => {
  expect(dayBegins("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
  expect(dayBegins("2026-03-29", "Europe/Berlin", 1)).toBe("2026-03-29T22:00:00.000Z");
  expect(dayBegins("2026-11-01", "America/New_York", 1)).toBe("2026-11-02T05:00:00.000Z");
});
