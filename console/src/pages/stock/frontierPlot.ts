// The frontier as an ECharts option: stock-out from left to right, turnover upwards, a point per service level.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { Palette } from "@/theme/tokens.ts";
import type { Words } from "@/words/index.ts";
import type { FrontierData } from "./data.ts";

type Point = FrontierData["points"][number];
const GOAL = 0.008; // the share of stock-outs that the mission allows

export function frontierOption(points: readonly Point[], format: Format, t: Words["t"], palette: Palette): EChartsCoreOption {
  const line = points.filter((one) => !one.today).sort((a, b) => a.stockout - b.stockout);
  const now = points.filter((one) => one.today);
  const at = (one: Point) => ({ value: [one.stockout, one.turnover], point: one });
  const label = { show: true, position: "top", color: palette.textSecond, fontSize: 11 };
  return {
    grid: { left: 12, right: 24, top: 24, bottom: 28, containLabel: true },
    xAxis: { type: "value", name: t("stock.frontier.stockout"), nameLocation: "middle", nameGap: 26, min: 0, axisLabel: { formatter: (value: number) => format.percent(value, 1) } },
    yAxis: { type: "value", name: t("stock.frontier.turnover"), scale: true },
    tooltip: {
      renderMode: "richText",
      formatter: (given: unknown) => {
        const one = (given as { data?: { point?: Point } }).data?.point;
        if (!one) return "";
        return t("stock.frontier.tip", { level: format.percent(one.service_level, 1), turnover: format.number(one.turnover, 1), stockout: format.percent(one.stockout, 2), held: format.number(one.held_units, 0) });
      },
    },
    series: [
      {
        name: t("stock.frontier"),
        type: "line",
        smooth: 0.2,
        symbol: "circle",
        symbolSize: 9,
        data: line.map(at),
        label: { ...label, formatter: (given: { data: { point: Point } }) => format.percent(given.data.point.service_level, 0) },
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        markLine: { symbol: "none", silent: true, data: [{ xAxis: GOAL }], lineStyle: { color: palette.warn, type: "dashed" }, label: { formatter: t("stock.frontier.goal", { share: format.percent(GOAL, 1) }), color: palette.warn, position: "insideEndTop" } },
      },
      { name: t("stock.frontier.today"), type: "scatter", symbol: "diamond", symbolSize: 18, data: now.map(at), itemStyle: { color: palette.series[2] }, label: { ...label, formatter: t("stock.frontier.today"), color: palette.text, fontWeight: 600 } },
    ],
  };
}
