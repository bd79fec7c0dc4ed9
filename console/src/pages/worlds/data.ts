// What the pages of the worlds ask the API for, and how they give orders.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Schemas = components["schemas"];
export type TownStatus = Schemas["TownStatus"];
export type TownMapData = Schemas["TownMap"];
export type MapPlace = Schemas["MapPlace"];
export type MapCity = Schemas["MapCity"];
export type MapLane = Schemas["MapLane"];
export type MapRegion = Schemas["MapRegion"];
export type FaultInfo = Schemas["FaultInfo"];
export type FaultField = Schemas["FaultField"];
export type Trouble = Schemas["Trouble"];
export type EchoData = Schemas["Echo"];
export type TownOrder = Omit<Schemas["TownOrder"], "fault"> & { fault?: Fault };
/** A fault with the name of its kind, as orders and troubles carry it. */
export type Fault = { type: string } & Record<string, string | number>;

export const TOWN = ["worlds", "town"] as const;
export const MAP = ["worlds", "map"] as const;

/** The town at a glance, once a second while its time passes. */
export function useTown() {
  useRefresh(TOWN, ["minute_passed"], 1000);
  return useQuery({ queryKey: TOWN, queryFn: () => get<TownStatus>("/town"), refetchInterval: 5000, retry: false });
}

/** The town's map, once in two seconds while parcels move. */
export function useTownMap(on: boolean) {
  useRefresh(MAP, ["parcels", "order_placed"], 2000);
  return useQuery({ queryKey: MAP, queryFn: () => get<TownMapData>("/town/map"), refetchInterval: 15_000, enabled: on });
}

/** Every kind of trouble with its fields and choices. */
export function useFaults(on: boolean) {
  return useQuery({ queryKey: ["worlds", "faults"], queryFn: () => get<FaultInfo[]>("/town/faults"), staleTime: 300_000, enabled: on });
}

/** What the shop made of a trouble. */
export function useEcho(number: number, on: boolean) {
  const key = ["worlds", "echo", number] as const;
  useRefresh(key, on ? ["alerts", "decisions"] : [], 2000);
  return useQuery({ queryKey: key, queryFn: () => get<EchoData>(`/town/troubles/${number}/echo`), refetchInterval: on ? 15_000 : false });
}

/** Give the town an order; its new status takes the place of the old one at once. */
export function useOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: TownOrder) => post<TownStatus>("/town", order),
    onSuccess: (status) => {
      client.setQueryData(TOWN, status);
      void client.invalidateQueries({ queryKey: MAP });
    },
  });
}

/** A trouble's fault with its kind. */
export function faultOf(trouble: Trouble): Fault {
  return trouble.fault as unknown as Fault;
}
