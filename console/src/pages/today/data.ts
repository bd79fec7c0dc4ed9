// What the Today page asks for, and the names of its parts.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

export type TodayData = components["schemas"]["Today"];
export type FigureData = components["schemas"]["TodayFigure"];
export type HappeningData = components["schemas"]["Happening"];
export type AlertData = components["schemas"]["AlertMark"];
export type PromiseData = components["schemas"]["PromiseDue"];

/** Hours that the loop's doings may go back; 0 is since the last midnight. */
export const NIGHTS = [0, 1, 8, 24] as const;

const EVERY_MS = 4000;

/** The whole page; asked again when a minute has passed or something was decided, at most every four seconds. */
export function useToday(hours: number) {
  useRefresh(["today"], ["minute_passed", "decisions", "alerts"], EVERY_MS);
  return useQuery({
    queryKey: ["today", hours],
    queryFn: ({ signal }) => get<TodayData>("/today", { hours }, signal),
    placeholderData: keepPreviousData,
  });
}

const NEWS = ["order_placed", "message_received", "parcel_delayed", "parcel_delivered", "demand_spiked", "payments_failing", "stock_promised", "stock_arrived", "decisions", "alerts"];

/** The latest things that the shop heard and decided. */
export function useHappening() {
  useRefresh(["today-happening"], NEWS, 1500);
  return useQuery({ queryKey: ["today-happening"], queryFn: ({ signal }) => get<HappeningData[]>("/happening", { limit: 24 }, signal) });
}
