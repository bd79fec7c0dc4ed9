// What the settings read and change, and the keys under which it is kept.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
export type Account = Schemas["Account"];
export type Key = Schemas["Key"];
export type NewKey = Schemas["NewKey"];
export type OpenSession = Schemas["Session"];
export type RoleInfo = Schemas["RoleInfo"];
export type Role = Account["role"];
export type GateView = Schemas["GateView"];
export type GatePolicy = GateView["policy"];
export type Limit = Schemas["Limit"];
export type Hold = Schemas["Hold"];
export type Spending = Schemas["Spending"];
export type Audited = Schemas["Audited"];
export type AuditPage = { readonly items: readonly Audited[]; readonly next: string };
export type ShopSettings = Schemas["ShopSettings"];

export const ROLES: readonly Role[] = ["admin", "operator", "planner", "service", "live", "marketer", "data"];

/** Something of the settings, by its path. */
export function useSetting<T>(path: string, query?: Record<string, string | boolean>, enabled = true) {
  return useQuery({ queryKey: ["settings", path, query ?? {}], queryFn: ({ signal }) => get<T>(path, query, signal), enabled });
}

/** A change; what was read is read again. */
export function useChange<T, R = unknown>(change: (given: T) => Promise<R>, onDone?: (done: R) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (done) => {
      onDone?.(done);
      await client.invalidateQueries({ queryKey: ["settings"] });
    },
  });
}
