// What the pages of stock ask the API, and what a person writes there.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, onceKey, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Schemas = components["schemas"];
export type Attention = Schemas["StockAttention"];
export type StockLine = Schemas["StockLine"];
export type NamedCount = Schemas["NamedCount"];
export type Sku = Schemas["StockSku"];
export type SkuMove = Schemas["SkuMove"];
export type PathDay = Schemas["PathDay"];
export type OverrideEdit = Schemas["OverrideEdit"];
export type WhatIf = Schemas["StockWhatIf"];
export type WhatIfSide = Schemas["WhatIfSide"];
export type WhatIfBody = Required<Schemas["WhatIfBody"]>;
export type Allocation = Schemas["Allocation"];
export type MoveLine = Schemas["MoveLine"];
export type PlaceStock = Schemas["PlaceStock"];
export type FrontierData = Schemas["Frontier"];
type Decision = Schemas["Decision"];

export const AREA = "stock";
const CHANGES = ["decisions", "forecasts", "forecast_overrides", "stock_levels", "stock_promised"] as const;

/** What the list is narrowed to; every field is a text of the address. */
export interface Narrowing {
  readonly show?: string;
  readonly region?: string;
  readonly category?: string;
  readonly action?: string;
  readonly text?: string;
}

export function useAttention(narrowing: Narrowing) {
  useRefresh([AREA, "attention"], CHANGES, 15_000);
  return useQuery({
    queryKey: [AREA, "attention", narrowing],
    queryFn: ({ signal }) => get<Attention>("/stock/attention", { ...narrowing }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useSku(id: string, place: string) {
  useRefresh([AREA, "sku", id], CHANGES, 10_000);
  return useQuery({
    queryKey: [AREA, "sku", id, place],
    queryFn: ({ signal }) => get<Sku>(`/stock/products/${encodeURIComponent(id)}`, { place }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function useAllocation() {
  useRefresh([AREA, "allocation"], CHANGES, 15_000);
  return useQuery({ queryKey: [AREA, "allocation"], queryFn: ({ signal }) => get<Allocation>("/stock/allocation", undefined, signal) });
}

export function useFrontier() {
  useRefresh([AREA, "frontier"], ["stock_frontiers"], 15_000);
  return useQuery({ queryKey: [AREA, "frontier"], queryFn: ({ signal }) => get<FrontierData>("/stock/frontier", undefined, signal) });
}

export interface Overriding {
  readonly product: string;
  readonly place: string;
  readonly since: string;
  readonly until: string;
  readonly units: number | null;
  readonly reason: string;
  readonly seen: string;
}

/** Write a person's number over the forecast of some days. */
export function useOverride() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ product, ...body }: Overriding) => post<OverrideEdit>(`/stock/products/${encodeURIComponent(product)}/override`, body, { once: onceKey() }),
    onSettled: () => client.invalidateQueries({ queryKey: [AREA] }),
  });
}

/** Put back what stood before an edit. */
export function useUndoOverride() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ product, place, edit, reason }: { product: string; place: string; edit: string; reason: string }) =>
      post<OverrideEdit>(`/stock/products/${encodeURIComponent(product)}/override/undo`, { place, edit, reason }),
    onSettled: () => client.invalidateQueries({ queryKey: [AREA] }),
  });
}

export interface Verdict {
  readonly id: string;
  readonly deed: "approve" | "adjust" | "refuse" | "undo";
  readonly note: string;
  readonly quantity?: number;
}

/** Let a held order or move go, with another quantity where one is given; refuse it; take it back. */
export function useVerdict() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, deed, note, quantity }: Verdict) =>
      post<Decision>(`/decisions/${encodeURIComponent(id)}/${deed}`, deed === "adjust" ? { note, changes: { quantity } } : { note }, { once: onceKey() }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: [AREA] });
      void client.invalidateQueries({ queryKey: ["decisions"] });
    },
  });
}

/** The edit that a person has seen of these days: the latest one that touches them. */
export function seenOf(edits: readonly OverrideEdit[], since: string, until: string): string {
  return edits.filter((one) => one.since <= until && one.until >= since).reduce((latest, one) => (one.edit > latest ? one.edit : latest), "");
}

/** A day so many days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
