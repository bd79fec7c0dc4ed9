// The tokens as an ECharts theme.
import { dark, font, light } from "./tokens.ts";

/** Defaults of every chart: quiet axes, our series colours, the page's font. */
export function chartTheme(name: "light" | "dark"): Record<string, unknown> {
  const palette = name === "dark" ? dark : light;
  const axis = {
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.textThird, fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: palette.line } },
    nameTextStyle: { color: palette.textThird, fontSize: 11 },
  };
  return {
    color: [...palette.series],
    backgroundColor: "transparent",
    textStyle: { fontFamily: font.text, color: palette.textSecond, fontSize: 12 },
    animationDuration: 140,
    animationDurationUpdate: 140,
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    logAxis: axis,
    legend: { textStyle: { color: palette.textSecond, fontSize: 12 }, itemWidth: 14, itemHeight: 8 },
    tooltip: {
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 12, fontFamily: font.text },
      axisPointer: { lineStyle: { color: palette.lineStrong }, crossStyle: { color: palette.lineStrong } },
    },
  };
}
