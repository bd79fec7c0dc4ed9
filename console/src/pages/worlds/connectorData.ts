// What the page of connectors asks the API for, and how hooks are set up.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { del, get, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useRefresh } from "@/live/useRefresh.ts";

type Schemas = components["schemas"];
export type Connector = Schemas["Connector"];
export type HookSetup = Schemas["HookSetup"];
export type HookOpened = Schemas["HookOpened"];
export type HookTried = Schemas["HookTried"];
export type EndpointTried = Schemas["EndpointTried"];
export type LoopFigures = Schemas["LoopFigures"];
export type Finding = Schemas["Finding"];

export const CONNECTORS = ["worlds", "connectors"] as const;

export function useConnectors() {
  useRefresh(CONNECTORS, ["minute_passed", "message_received", "file_imported"], 3000);
  return useQuery({ queryKey: CONNECTORS, queryFn: () => get<Connector[]>("/connectors"), refetchInterval: 10_000 });
}

export function useLoop() {
  return useQuery({ queryKey: ["worlds", "loop"], queryFn: () => get<LoopFigures>("/loop"), refetchInterval: 2000 });
}

/** What doctor finds; it walks the whole ledger, so it is asked only when a person comes or asks. */
export function useDoctor() {
  return useQuery({ queryKey: ["worlds", "doctor"], queryFn: () => get<Finding[]>("/doctor"), staleTime: 120_000, retry: false });
}

export function useKinds(on: boolean) {
  return useQuery({ queryKey: ["worlds", "kinds"], queryFn: () => get<string[]>("/connectors/kinds"), staleTime: Infinity, enabled: on });
}

/** Opening, re-keying, closing and trying. */
export function useHooks() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: CONNECTORS });
  const at = (name: string) => `/connectors/hooks/${encodeURIComponent(name)}`;
  return {
    open: useMutation({ mutationFn: (hook: { name: string; kinds: string[] }) => post<HookOpened>("/connectors/hooks", hook), onSuccess }),
    rotate: useMutation({ mutationFn: (name: string) => post<HookOpened>(`${at(name)}/rotate`), onSuccess }),
    close: useMutation({ mutationFn: (name: string) => del<void>(at(name)), onSuccess }),
    attempt: useMutation({ mutationFn: ({ name, body }: { name: string; body: string }) => post<HookTried>(`${at(name)}/test`, { body }) }),
    endpoint: useMutation({ mutationFn: (name: string) => post<EndpointTried>(`/connectors/endpoints/${encodeURIComponent(name)}/test`) }),
  };
}
