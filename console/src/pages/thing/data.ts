// What the pages of one thing ask for.
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Schemas = components["schemas"];
export type OrderData = Schemas["OrderThing"];
export type CustomerData = Schemas["CustomerThing"];
export type ProductData = Schemas["ProductThing"];
export type ParcelData = Schemas["ParcelThing"];
export type MomentData = Schemas["Moment"];
export type AboutData = Schemas["AboutDecision"];
export type LineData = Schemas["ThingLine"];
export type OrderRow = Schemas["CustomerOrder"];

const KINDS = { orders: "order", customers: "customer", products: "product", parcels: "parcel" } as const;

/** One thing with all that belongs to it; asked again when something like it was told of, at most every five seconds. */
export function useThing<T>(noun: keyof typeof KINDS, id: string) {
  useRefresh(["thing", noun, id], ["decisions", "messages", noun === "products" ? "stock_levels" : noun], 5000);
  return useQuery({ queryKey: ["thing", noun, id], queryFn: ({ signal }) => get<T>(`/${noun}/${encodeURIComponent(id)}`, undefined, signal) });
}
