// The stock path as it stands and after the changes, as an ECharts option.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { Palette } from "@/theme/tokens.ts";
import type { Words } from "@/words/index.ts";
import type { WhatIf } from "./data.ts";

export function whatIfOption(found: WhatIf, format: Format, t: Words["t"], palette: Palette): EChartsCoreOption {
  const days = found.before.path.map((one) => one.day);
  const line = (name: string, values: readonly number[], colour: string, dashed: boolean) => ({ name, type: "line", data: values, symbol: "none", lineStyle: { width: 2, color: colour, type: dashed ? "dashed" : "solid" }, itemStyle: { color: colour } });
  return {
    grid: { left: 4, right: 10, top: 28, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0 },
    xAxis: { type: "category", data: days.map((day) => format.date(`${day}T12:00:00Z`)), axisTick: { show: false } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitNumber: 3 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    series: [
      line(t("stock.whatif.stock.before"), found.before.path.map((one) => one.mean), palette.series[7], true),
      line(t("stock.whatif.stock.after"), found.after.path.map((one) => one.mean), palette.accent, false),
    ],
  };
}
