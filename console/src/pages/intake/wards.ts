// The API of the quarantine: its types by short names and its queries.
import { type QueryClient, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type S = components["schemas"];
export type WardSummary = S["WardSummary"];
export type WardView = S["WardView"];
export type WardRow = S["WardRow"];
export type WardRows = S["WardRows"];
export type WardReason = S["WardReason"];
export type WardAccount = S["WardAccount"];
export type FixReport = S["FixReport"];
export type AdmitReport = S["AdmitReport"];
export type RecordView = S["RecordView"];
export type Which = "all" | "bad" | "ready" | "edited";

/** Which rows are looked at. */
export interface Narrowing {
  readonly code: string;
  readonly column: string | null;
  readonly which: Which;
}

/** Which rows something is done with: those chosen by hand, else all that are looked at. */
export interface Choice {
  readonly rows?: readonly number[];
  readonly code?: string;
  readonly column?: string | null;
  readonly state?: Which;
}

export const WARDS = ["intake", "wards"] as const;
export const PAGE = 100;
const rowsKey = (id: string, narrowing: Narrowing) => ["intake", "ward", id, "rows", narrowing] as const;

export const useWards = () => useQuery({ queryKey: WARDS, queryFn: () => get<WardSummary[]>("/quarantine") });

export const useWard = (id: string) => useQuery({ queryKey: ["intake", "ward", id, "view"], queryFn: () => get<WardView>(`/quarantine/${id}`), enabled: id !== "", retry: false });

export const useRecord = (id: string, on: boolean) => useQuery({ queryKey: ["intake", "ward", id, "record"], queryFn: () => get<RecordView[]>(`/quarantine/${id}/record`), enabled: on });

/** The rows in sight (and their neighbours), page by page. */
export function useRows(id: string, narrowing: Narrowing, first: number, last: number): { of: number | undefined; at: (index: number) => WardRow | undefined; error: unknown } {
  const from = Math.floor(first / PAGE);
  const to = Math.floor(Math.max(first, last) / PAGE);
  const pages = useMemo(() => Array.from({ length: to - from + 1 }, (_, n) => from + n), [from, to]);
  return useQueries({
    queries: pages.map((page) => ({
      queryKey: [...rowsKey(id, narrowing), page],
      queryFn: () => get<WardRows>(`/quarantine/${id}/rows`, { start: page * PAGE, count: PAGE, code: narrowing.code, column: narrowing.column, which: narrowing.which }),
      staleTime: 30_000,
    })),
    combine: (results) => ({
      of: results.find((one) => one.data)?.data?.of,
      at: (index: number) => results[Math.floor(index / PAGE) - from]?.data?.rows[index % PAGE],
      error: results.find((one) => one.error)?.error,
    }),
  });
}

/** Put rows that were checked anew where they are shown; they stay in sight until the person looks elsewhere. */
export function patchRows(client: QueryClient, id: string, fresh: readonly WardRow[]): void {
  const now = new Map(fresh.map((row) => [row.row, row]));
  client.setQueriesData<WardRows>({ queryKey: ["intake", "ward", id, "rows"] }, (before) =>
    before ? { ...before, rows: before.rows.map((row) => now.get(row.row) ?? row) } : before,
  );
}

/** Ask again for the counts of a ward (and with `rows` for its rows). */
export function refresh(client: QueryClient, id: string, rows: boolean): void {
  void client.invalidateQueries({ queryKey: ["intake", "ward", id, "view"] });
  void client.invalidateQueries({ queryKey: WARDS });
  if (!rows) return;
  void client.invalidateQueries({ queryKey: ["intake", "ward", id, "rows"] });
  void client.invalidateQueries({ queryKey: ["intake", "ward", id, "record"] });
}

/** The column for cells beyond the headers. */
export const EXTRA = "_extra";
