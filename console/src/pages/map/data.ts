// What the map asks the API for.
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
export type WireMap = Schemas["WireMap"];
export type Wire = Schemas["Wire"];
export type LinkCard = Schemas["LinkCard"];

export function useWires() {
  return useQuery({ queryKey: ["map", "wires"], queryFn: () => get<WireMap>("/map/wires"), refetchInterval: 5000 });
}

export function useLinkCard(name: string) {
  return useQuery({ queryKey: ["map", "link", name], queryFn: () => get<LinkCard>(`/map/links/${encodeURIComponent(name)}`), refetchInterval: 5000, enabled: name !== "" });
}
