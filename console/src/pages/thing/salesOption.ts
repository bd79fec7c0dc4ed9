// Sales a day as an ECharts option: units as bars, their mean of seven days as a line.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { Words } from "@/words/index.ts";
import type { ProductData } from "./data.ts";

export function salesOption(days: ProductData["days"], currency: string, format: Format, t: Words["t"]): EChartsCoreOption {
  const mean = days.map((_, n) => {
    const some = days.slice(Math.max(0, n - 6), n + 1);
    return some.reduce((sum, one) => sum + one.units, 0) / some.length;
  });
  const dates = days.map((one) => format.date(`${one.day}T12:00:00Z`));
  return {
    grid: { left: 4, right: 8, top: 10, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: dates, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, splitNumber: 4 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (given: unknown) => {
        const n = (given as readonly { dataIndex: number }[])[0]?.dataIndex ?? 0;
        const one = days[n];
        if (!one) return "";
        const money = format.money({ amount: one.revenue, currency }, "whole");
        return `${dates[n] ?? ""}\n${t("thing.sales.tip", { units: format.number(one.units), money })}\n${t("thing.sales.mean", { mean: format.number(mean[n], 1) })}`;
      },
    },
    series: [
      { name: "units", type: "bar", data: days.map((one, n) => (n === days.length - 1 ? { value: one.units, itemStyle: { opacity: 0.45 } } : one.units)), barMaxWidth: 18 },
      { name: "mean", type: "line", data: mean, symbol: "none", smooth: 0.3, lineStyle: { width: 1.6 } },
    ],
  };
}
