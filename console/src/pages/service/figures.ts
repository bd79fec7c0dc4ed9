// What the page of quality asks, and its charts.
import { useQuery } from "@tanstack/react-query";
import type { EChartsCoreOption } from "echarts/core";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { AREA } from "./data.ts";

type Schemas = components["schemas"];
export type Figures = Schemas["ServiceFigures"];
export type Day = Figures["days"][number];
export type Sample = Schemas["QualitySample"];
export type Report = Schemas["QualityReport"];
export type Marks = Schemas["Marks"];
export type UnansweredPage = Schemas["UnansweredPage"];

export const SPANS = [7, 14, 30] as const;
export const SAMPLE = [AREA, "quality", "sample"] as const;
export const REPORT = [AREA, "quality", "report"] as const;

export const useFigures = (days: number) => useQuery({ queryKey: [AREA, "figures", days], queryFn: ({ signal }) => get<Figures>("/service/figures", { days }, signal), refetchInterval: 60_000, placeholderData: (old) => old });
export const useUnanswered = (days: number) => useQuery({ queryKey: [AREA, "unanswered", days], queryFn: ({ signal }) => get<UnansweredPage>("/service/unanswered", { days }, signal), placeholderData: (old) => old });
export const useSample = () => useQuery({ queryKey: SAMPLE, queryFn: ({ signal }) => get<Sample>("/service/quality/sample", { size: 10 }, signal) });
export const useReport = () => useQuery({ queryKey: REPORT, queryFn: ({ signal }) => get<Report>("/service/quality", undefined, signal) });

/** Sum of a column, and the mean of one weighted by another. */
export const total = (days: readonly Day[], field: "opened" | "handed_over" | "solved" | "answers" | "by_person" | "late" | "rated") => days.reduce((sum, day) => sum + day[field], 0);
export function mean(days: readonly Day[], value: "first_s" | "solving_s" | "stars", weight: "answers" | "solved" | "rated"): number | null {
  const known = days.filter((day) => day[value] != null && day[weight] > 0);
  const all = known.reduce((sum, day) => sum + day[weight], 0);
  return all ? known.reduce((sum, day) => sum + (day[value] ?? 0) * day[weight], 0) / all : null;
}
export const share = (part: number, all: number): number | null => (all ? part / all : null);

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

const STEPS_S = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];
/** The top of an axis of seconds that a quarter of is a round time: minutes and hours are no decimal numbers. */
export function roundTime(series: readonly Series[]): number | undefined {
  const most = Math.max(0, ...series.flatMap((one) => one.values.map((value) => value ?? 0)));
  const step = STEPS_S.find((one) => one * 4 >= most);
  return most > 0 && step !== undefined ? step * 4 : undefined;
}

/** A small chart by day: lines, or bars where `bars`; `show` words a value. */
export function byDay(days: readonly string[], series: readonly Series[], show: (value: number) => string, bars = false, top?: number): EChartsCoreOption {
  return {
    animation: false,
    grid: { left: 8, right: 12, top: series.length > 1 ? 30 : 12, bottom: 4, containLabel: true },
    legend: series.length > 1 ? { top: 0, left: 0, itemHeight: 8, itemWidth: 16 } : undefined,
    tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (typeof value === "number" ? show(value) : "–") },
    xAxis: { type: "category", data: [...days] },
    yAxis: { type: "value", min: 0, max: top, interval: top === undefined ? undefined : top === 5 ? 1 : top / 4, axisLabel: { formatter: (value: number) => show(value) }, splitNumber: 3 },
    series: series.map((one) => ({
      type: bars ? "bar" : "line",
      stack: bars ? "all" : undefined,
      name: one.name,
      data: [...one.values],
      connectNulls: true,
      showSymbol: true,
      symbolSize: 5,
      barMaxWidth: 22,
      lineStyle: one.dashed ? { type: "dashed" } : undefined,
    })),
  };
}
