// The shop: its name, zone, currency and clock, which may be a simulated one.
import { useQuery } from "@tanstack/react-query";
import { createElement, createContext, type ReactNode, useContext, useMemo } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useLiveState } from "@/live/stream.ts";

export type ShopStatus = components["schemas"]["ShopStatus"];

export interface ShopFacts {
  readonly name: string;
  readonly zone: string;
  readonly currency: string;
  /** Waiting decisions. */
  readonly held: number;
  readonly status: ShopStatus | undefined;
}

const UNKNOWN: ShopFacts = { name: "", zone: "Asia/Shanghai", currency: "CNY", held: 0, status: undefined };
const ShopContext = createContext<ShopFacts>(UNKNOWN);
export const STATUS = ["shop", "status"] as const;

/** Asks for the shop's status and gives it to the page. */
export function ShopProvider({ children }: { children: ReactNode }): ReactNode {
  const { data } = useQuery({ queryKey: STATUS, queryFn: () => get<ShopStatus>("/status"), refetchInterval: 10_000 });
  const facts = useMemo(
    () => (data ? { name: data.name, zone: data.zone, currency: data.currency, held: data.held, status: data } : UNKNOWN),
    [data],
  );
  return createElement(ShopContext.Provider, { value: facts }, children);
}

/** The shop's facts; they change every few seconds at most. */
export function useShop(): ShopFacts {
  return useContext(ShopContext);
}

/** The shop's clock, as the stream and the status tell it; changes at most twice a second. */
export function useNow(): Date {
  const { at } = useLiveState();
  const { status } = useShop();
  return useMemo(() => {
    const told = [at, status?.at ?? ""].filter(Boolean).map((moment) => Date.parse(moment));
    return new Date(told.length ? Math.max(...told) : Date.now());
  }, [at, status?.at]);
}
