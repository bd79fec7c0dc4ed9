// What waits for a planner: the held decisions of stock and network, for the badge in the rail.
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Counts = components["schemas"]["InboxCounts"];
const COUNTS = ["decisions", "counts"] as const; // the inbox asks the same
const LINKS = new Set(["stock", "network"]);

export function useWaiting(): number {
  useRefresh(COUNTS, ["decisions"], 5000);
  const { data } = useQuery({ queryKey: COUNTS, queryFn: ({ signal }) => get<Counts>("/inbox/counts", undefined, signal) });
  return (data?.kinds ?? []).reduce((sum, one) => sum + (LINKS.has(one.link) ? one.held : 0), 0);
}
