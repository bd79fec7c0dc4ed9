// The plots of stock as ECharts options: sales and fan, stock path, plan against last plan, the frontier.
import type { EChartsCoreOption } from "echarts/core";
import type { Format } from "@/format/index.ts";
import type { Palette } from "@/theme/tokens.ts";
import type { Words } from "@/words/index.ts";
import type { PathDay, Sku } from "./data.ts";

const noon = (day: string) => `${day}T12:00:00Z`;
const round = (value: number) => Math.round(value * 10) / 10;
const GRID = { left: 4, right: 10, top: 30, bottom: 4, containLabel: true };
type Shown = readonly { dataIndex: number }[];

/** A band between two lines, drawn as a stack on an unseen one. */
function band(name: string, low: readonly (number | null)[], high: readonly (number | null)[], colour: string): object[] {
  const line = { type: "line", stack: name, symbol: "none", lineStyle: { opacity: 0 }, silent: true, emphasis: { disabled: true } };
  return [
    { ...line, name: `${name}-low`, data: low },
    { ...line, name, data: high.map((value, n) => (value === null || low[n] == null ? null : value - (low[n] ?? 0))), areaStyle: { color: colour, opacity: 1 }, itemStyle: { color: colour } },
  ];
}

/** Past sales as bars, with days of an empty shelf marked; ahead the mean, its bands, and a person's own numbers. */
export function fanOption(data: Sku, format: Format, t: Words["t"], palette: Palette): EChartsCoreOption {
  const past = data.days.filter((one) => one.day < data.day);
  const today = data.days.find((one) => one.day === data.day);
  const days = [...past.map((one) => one.day), ...(data.forecast.length ? data.forecast.map((one) => one.day) : [data.day])];
  const blank = past.map(() => null);
  const ahead = <T>(of: (one: Sku["forecast"][number]) => T) => [...blank, ...data.forecast.map(of)];
  const own = data.forecast.some((one) => one.own != null);
  const ownLine = { name: t("stock.plot.own"), type: "line", data: ahead((one) => one.own ?? null), symbol: "circle", symbolSize: 5, connectNulls: false, lineStyle: { color: palette.series[2], width: 2 }, itemStyle: { color: palette.series[2] } };
  return {
    grid: GRID,
    legend: { top: 0, left: 0, data: [t("stock.plot.sold"), t("stock.plot.mean"), t("stock.plot.half"), t("stock.plot.nine"), ...(own ? [t("stock.plot.own")] : [])] },
    xAxis: { type: "category", data: days.map((day) => format.date(noon(day))), axisTick: { show: false } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitNumber: 4 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (given: unknown) => {
        const n = (given as Shown)[0]?.dataIndex ?? 0;
        const head = format.date(noon(days[n] ?? data.day));
        const sold = past[n];
        if (sold) return `${head}\n${t("stock.plot.tip.sold", { count: format.number(sold.units) })}${sold.empty ? `\n${t("stock.plot.tip.empty")}` : ""}`;
        const one = data.forecast[n - past.length];
        if (!one) return head;
        const mine = one.own == null ? "" : `\n${t("stock.plot.tip.own", { count: format.number(one.own, 1) })}`;
        const now = one.day === data.day && today ? `\n${t("stock.plot.tip.today", { count: format.number(today.units) })}` : "";
        return `${head}\n${t("stock.plot.tip.mean", { mean: format.number(one.mean, 1), low: format.number(one.q05, 0), high: format.number(one.q95, 0) })}${mine}${now}`;
      },
    },
    series: [
      {
        name: t("stock.plot.sold"),
        type: "bar",
        data: past.map((one) => (one.empty ? { value: one.units, itemStyle: { color: palette.bad, opacity: 0.55 } } : one.units)),
        barMaxWidth: 14,
        itemStyle: { color: palette.series[7], opacity: 0.6 },
        markArea: { silent: true, itemStyle: { color: palette.badSoft }, data: past.flatMap((one) => (one.empty ? [[{ xAxis: format.date(noon(one.day)) }, { xAxis: format.date(noon(one.day)) }]] : [])) },
      },
      ...band(t("stock.plot.nine"), ahead((one) => one.q05), ahead((one) => one.q95), `${palette.accent}1c`),
      ...band(t("stock.plot.half"), ahead((one) => one.q25), ahead((one) => one.q75), `${palette.accent}30`),
      { name: t("stock.plot.mean"), type: "line", data: ahead((one) => one.mean), symbol: "none", lineStyle: { width: 2, color: palette.accent }, itemStyle: { color: palette.accent } },
      ...(own ? [ownLine] : []),
    ],
  };
}

/** Stock at the end of each day, its band, goods that are due, and the point at which the policy orders. */
export function pathOption(path: readonly PathDay[], reorder: number | null, format: Format, t: Words["t"], palette: Palette): EChartsCoreOption {
  const due = path.some((one) => one.arriving > 0);
  return {
    grid: GRID,
    legend: { top: 0, left: 0, data: [t("stock.plot.stock"), t("stock.plot.nine"), ...(due ? [t("stock.plot.due")] : [])] },
    xAxis: { type: "category", data: path.map((one) => format.date(noon(one.day))), axisTick: { show: false } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitNumber: 4 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (given: unknown) => {
        const one = path[(given as Shown)[0]?.dataIndex ?? 0];
        if (!one) return "";
        const comes = one.arriving ? `\n${t("stock.plot.tip.due", { count: format.number(one.arriving) })}` : "";
        return `${format.date(noon(one.day))}\n${t("stock.plot.tip.stock", { mean: format.number(one.mean, 0), low: format.number(one.low, 0), high: format.number(one.high, 0) })}${comes}`;
      },
    },
    series: [
      ...band(t("stock.plot.nine"), path.map((one) => one.low), path.map((one) => one.high), palette.band),
      {
        name: t("stock.plot.stock"),
        type: "line",
        data: path.map((one) => one.mean),
        symbol: "none",
        lineStyle: { width: 2, color: palette.accent },
        itemStyle: { color: palette.accent },
        markLine: reorder === null ? undefined : { symbol: "none", silent: true, data: [{ yAxis: reorder }], lineStyle: { color: palette.warn, type: "dashed" }, label: { formatter: t("stock.plot.reorder", { count: format.number(reorder) }), position: "insideEndTop", color: palette.warn } },
      },
      { name: t("stock.plot.due"), type: "bar", data: path.map((one) => one.arriving || null), barMaxWidth: 10, itemStyle: { color: palette.good, opacity: 0.7 } },
    ],
  };
}

/** The forecast of last night and of the night before, and by how much they differ. */
export function planOption(data: Sku, format: Format, t: Words["t"], palette: Palette): EChartsCoreOption {
  const days = data.forecast;
  return {
    grid: GRID,
    legend: { top: 0, left: 0 },
    xAxis: { type: "category", data: days.map((one) => format.date(noon(one.day))), axisTick: { show: false } },
    yAxis: { type: "value", splitNumber: 4 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: (given: unknown) => {
        const one = days[(given as Shown)[0]?.dataIndex ?? 0];
        if (!one) return "";
        const before = one.before == null ? "–" : format.number(one.before, 1);
        return `${format.date(noon(one.day))}\n${t("stock.plot.tip.plan", { now: format.number(one.mean, 1), before })}`;
      },
    },
    series: [
      { name: t("stock.plot.now"), type: "line", data: days.map((one) => one.mean), symbol: "none", lineStyle: { width: 2, color: palette.accent }, itemStyle: { color: palette.accent } },
      { name: t("stock.plot.before"), type: "line", data: days.map((one) => one.before ?? null), symbol: "none", lineStyle: { width: 2, type: "dashed", color: palette.series[7] }, itemStyle: { color: palette.series[7] } },
      { name: t("stock.plot.change"), type: "bar", data: days.map((one) => (one.before == null ? null : round(one.mean - one.before))), barMaxWidth: 12, itemStyle: { color: palette.series[4], opacity: 0.55 } },
    ],
  };
}
