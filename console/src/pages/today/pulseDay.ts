// The day's chart as data: one measure by slots of the day, what is usual, and the alerts at the slot they opened in.
import type { AlertData, TodayData } from "./data.ts";

export type Measure = "orders" | "gmv";
export type Series = readonly (number | null)[];

export interface PulseDay {
  /** Slots of the day, and when the first began. */
  readonly count: number;
  readonly start: number;
  readonly step: number;
  /** Only slots that are over. */
  readonly today: Series;
  readonly yesterday: Series;
  readonly usual: { readonly low: Series; readonly high: Series } | null;
  readonly marks: readonly { readonly slot: number; readonly alert: AlertData }[];
}

export function pulseDay(data: TodayData, measure: Measure): PulseDay {
  const { pulse } = data;
  const money = measure === "gmv";
  const step = pulse.slot_minutes * 60_000;
  const start = Date.parse(pulse.start);
  const yesterday = money ? pulse.gmv_yesterday : pulse.orders_yesterday;
  const expected = money ? pulse.gmv_expected : pulse.expected;
  const low = money ? pulse.gmv_low : pulse.low;
  const high = money ? pulse.gmv_high : pulse.high;
  const count = Math.max(yesterday.length, expected?.length ?? 0, 2);
  const over = Math.floor((Date.parse(data.at) - start) / step);
  return {
    count,
    start,
    step,
    today: (money ? pulse.gmv : pulse.orders).slice(0, Math.max(0, over)),
    yesterday,
    usual: low && high ? { low, high } : null,
    marks: pulse.marks
      .map((alert) => ({ slot: Math.floor((Date.parse(alert.opened_at) - start) / step), alert }))
      .filter(({ slot }) => slot >= 0 && slot < count),
  };
}
