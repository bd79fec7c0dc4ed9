// Rows of a table from the server, window by window, as they come into sight; all of one moment.
import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { post } from "@/api/client.ts";
import { type BrowseWindow, type ColumnFilter, rowsPath, type Values } from "./api.ts";

export const PAGE = 200;
const CALM_MS = 70;

export interface Asked {
  readonly filters: readonly ColumnFilter[];
  readonly sort: { readonly column: string; readonly down: boolean } | null;
  /** A past moment (ISO), or empty: now. */
  readonly at: string;
}

const body = (asked: Asked, more: object) => ({
  filters: asked.filters,
  sort: asked.sort ? [asked.sort] : [],
  limit: PAGE,
  ...(asked.at ? { at: asked.at } : {}),
  ...more,
});

/** `onRange` hears which rows are in sight; `rowAt` gives those that have come. */
export function useRows(name: string, asked: Asked) {
  const key = ["data", "rows", name, asked] as const;
  const head = useQuery({
    queryKey: [...key, "head"],
    queryFn: ({ signal }) => post<BrowseWindow>(rowsPath(name), body(asked, { start: 0 }), { signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const [pages, setPages] = useState<readonly number[]>([]);
  const asOf = head.data?.as_of;
  const total = head.data?.total ?? 0;
  const wanted = head.data ? pages.filter((page) => page > 0 && page * PAGE < total) : [];
  const later = useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...key, asOf, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        post<BrowseWindow>(rowsPath(name), body({ ...asked, at: "" }, { start: page * PAGE, as_of: asOf, count: false }), { signal }),
      staleTime: Infinity,
      gcTime: 60_000,
    })),
  });
  const found = useMemo(() => {
    const byPage = new Map<number, readonly Values[]>();
    if (head.data) byPage.set(0, head.data.rows as Values[]);
    wanted.forEach((page, n) => {
      const data = later[n]?.data;
      if (data) byPage.set(page, data.rows as Values[]);
    });
    return byPage;
    // What `later` holds is told by when each of its answers came.
  }, [head.data, wanted.join(), later.map((one) => one.dataUpdatedAt).join()]);
  const rowAt = useCallback((index: number) => found.get(Math.floor(index / PAGE))?.[index % PAGE], [found]);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((first: number, last: number) => setRange((before) => (before[0] === first && before[1] === last ? before : [first, last])), []);
  useEffect(() => {
    // Rows that only fly past are not asked for.
    const timer = setTimeout(() => {
      const [from, to] = range.map((index) => Math.floor(Math.max(0, index) / PAGE)) as [number, number];
      const next = Array.from({ length: to - from + 1 }, (_, n) => from + n);
      setPages((before) => (before.join() === next.join() ? before : next));
    }, CALM_MS);
    return () => clearTimeout(timer);
  }, [range]);
  const failed = later.find((one) => one.error);
  return {
    head: head.data,
    total,
    rowAt,
    onRange,
    error: head.error ?? failed?.error ?? null,
    pending: head.isPending,
    again: () => void (head.error ? head.refetch() : failed?.refetch()),
    renew: () => void head.refetch(),
  };
}
