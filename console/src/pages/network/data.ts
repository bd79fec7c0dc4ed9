// What the network's page asks the API.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Schemas = components["schemas"];
export type NetworkData = Schemas["NetworkMap"];
export type NetworkPlace = Schemas["NetworkPlace"];
export type NetworkDestination = Schemas["NetworkDestination"];
export type Arc = Schemas["NetworkArc"];
export type Plan = Schemas["NetworkPlan"];
export type Outlook = Schemas["NetworkOutlook"];
export type Figures = Schemas["NetworkFigures"];

/** What is changed in a what-if; places that close, regions under a typhoon, lanes that cost more, growth. */
export interface Changes {
  readonly closed: readonly string[];
  readonly typhoon: readonly string[];
  readonly lanes: number;
  readonly demand: number;
  readonly opened: readonly string[];
}

export const NOTHING: Changes = { closed: [], typhoon: [], lanes: 1, demand: 1, opened: [] };

export function isNothing(changes: Changes): boolean {
  return !changes.closed.length && !changes.typhoon.length && !changes.opened.length && changes.lanes === 1 && changes.demand === 1;
}

export function useNetwork() {
  useRefresh(["network"], ["network_plans", "lanes", "centres", "places"], 15_000);
  return useQuery({ queryKey: ["network", "map"], queryFn: ({ signal }) => get<NetworkData>("/network", undefined, signal) });
}

/** Asks the model; the answer of the changes before stays until the new one is there. */
export function useWhatIf(changes: Changes, network: NetworkData | undefined) {
  const body = {
    closed: changes.closed,
    typhoon: changes.typhoon,
    demand_times: changes.demand,
    lanes: changes.lanes === 1 ? [] : [{ cost_times: changes.lanes }],
    // A new warehouse stands in a city that parcels go to.
    opened: (network?.destinations ?? []).filter((one) => changes.opened.includes(one.destination)).map((one) => ({ place: one.destination, latitude: one.latitude, longitude: one.longitude })),
  };
  return useQuery({
    queryKey: ["network", "what-if", body],
    queryFn: ({ signal }) => post<Outlook>("/network/what-if", body, { signal }),
    enabled: network !== undefined && !isNothing(changes),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });
}
