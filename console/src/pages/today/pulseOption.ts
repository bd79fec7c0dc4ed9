// The day's chart as an ECharts option: today over yesterday over what is usual, with the alerts where they opened.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { Palette } from "@/theme/tokens.ts";
import type { Words } from "@/words/index.ts";
import type { AlertData, TodayData } from "./data.ts";

export type Measure = "orders" | "gmv";

export interface PulseParts {
  readonly data: TodayData;
  readonly measure: Measure;
  readonly palette: Palette;
  readonly format: Format;
  readonly words: Words;
}

export function pulseOption({ data, measure, palette, format, words }: PulseParts): EChartsCoreOption {
  const { pulse } = data;
  const money = measure === "gmv";
  const step = pulse.slot_minutes * 60_000;
  const start = Date.parse(pulse.start);
  const yesterday = money ? pulse.gmv_yesterday : pulse.orders_yesterday;
  const low = money ? pulse.gmv_low : pulse.low;
  const high = money ? pulse.gmv_high : pulse.high;
  const expected = money ? pulse.gmv_expected : pulse.expected;
  const count = Math.max(yesterday.length, expected?.length ?? 0);
  const whole = Math.floor((Date.parse(data.at) - start) / step);
  const today = (money ? pulse.gmv : pulse.orders).slice(0, whole);
  const slots = Array.from({ length: count }, (_, n) => format.time(new Date(start + n * step)));
  const shown = (value: number | null | undefined) =>
    value == null ? "–" : money ? format.money({ amount: value, currency: data.currency }, "whole") : format.number(value, Number.isInteger(value) ? 0 : 1);
  const marks = pulse.marks.filter((mark) => Date.parse(mark.opened_at) >= start);
  const { t } = words;
  return {
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: slots, boundaryGap: false, axisLabel: { interval: 11 }, axisTick: { show: false } },
    yAxis: {
      type: "value",
      splitNumber: 4,
      axisLabel: { formatter: (value: number) => (money ? format.money({ amount: value, currency: data.currency }, "compact") : format.number(value)) },
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (given: unknown) => {
        const n = (given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
        const until = format.time(new Date(start + (n + 1) * step));
        const lines = [`${slots[n] ?? ""}–${until}`, `${t("today.pulse.today")}  ${shown(today[n])}`, `${t("today.pulse.yesterday")}  ${shown(yesterday[n])}`];
        if (expected && low && high) lines.push(`${t("today.pulse.usual")}  ${shown(low[n])} – ${shown(high[n])}`);
        for (const mark of marks) if (slotOf(mark, start, step) === n) lines.push(`! ${words.say(mark.text)}`);
        return lines.join("\n");
      },
    },
    series: [
      ...(low && high
        ? [
            line("low", low, { stack: "usual", lineStyle: { opacity: 0 }, silent: true }),
            line("high", high.map((value, n) => value - (low[n] ?? 0)), { stack: "usual", lineStyle: { opacity: 0 }, areaStyle: { color: palette.band, opacity: 1 }, silent: true }),
          ]
        : []),
      line("yesterday", yesterday, { lineStyle: { color: palette.lineStrong, width: 1.1, type: [4, 3], opacity: 0.85 }, itemStyle: { color: palette.textThird } }),
      line("today", today, { lineStyle: { color: palette.accent, width: 2.2 }, itemStyle: { color: palette.accent }, z: 4 }),
      {
        name: "alerts",
        type: "scatter",
        symbol: "triangle",
        symbolSize: 11,
        z: 6,
        itemStyle: { color: palette.warn, borderColor: palette.surface, borderWidth: 1 },
        cursor: "pointer",
        data: marks.map((mark) => ({ value: [slotOf(mark, start, step), 0], case_id: mark.case_id })),
      },
    ],
  };
}

function line(name: string, data: readonly (number | null)[], more: Record<string, unknown>): Record<string, unknown> {
  return { name, type: "line", data, symbol: "none", smooth: 0.25, ...more };
}

function slotOf(mark: AlertData, start: number, step: number): number {
  return Math.floor((Date.parse(mark.opened_at) - start) / step);
}
