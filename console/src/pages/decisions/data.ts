// What the pages of decisions ask the API, and the keys that the answers are kept under.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
export type Item = Schemas["InboxItem"];
export type InboxPage = Schemas["InboxPage"];
export type Counts = Schemas["InboxCounts"];
export type Dossier = Schemas["Dossier"];
export type Otherwise = Schemas["Otherwise"];
export type Branch = Schemas["Branch"];
export type Flip = Schemas["Flip"];
export type Estimate = Schemas["Estimate"];
export type Judged = Schemas["Judged"];
export type SeenFact = Schemas["SeenFact"];
export type RuleLine = Schemas["RuleLine"];
export type AdjustField = Schemas["AdjustField"];
export type Preview = Schemas["Preview"];
export type BulkResult = Schemas["BulkResult"];
export type Reexecution = Schemas["Reexecution"];
export type Check = Schemas["Check"];
export type Decision = Schemas["Decision"];

export const SORTS = ["urgency", "due", "risk", "newest"] as const;
export type Sort = (typeof SORTS)[number];
export const STATUSES = ["allowed", "done", "refused", "failed", "unclear", "undone", "repeated"] as const;

/** What the list is narrowed to; every field is a text of the address. */
export interface Narrowing {
  readonly kind?: string;
  readonly link?: string;
  readonly about?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly status?: string;
  readonly sort?: string;
}

export const AREA = "decisions";
export const LIST = [AREA, "list"] as const;
export const COUNTS = [AREA, "counts"] as const;
export const dossierKey = (id: string) => [AREA, "dossier", id] as const;
const PAGE = 200;

const asked = (narrowing: Narrowing) => ({
  kind: narrowing.kind,
  link: narrowing.link,
  about: narrowing.about,
  text: narrowing.text,
  since: narrowing.since,
  until: narrowing.until,
});

/** What waits for a person, in the order that was asked for. */
export function useHeld(narrowing: Narrowing, on: boolean) {
  const sort = SORTS.find((one) => one === narrowing.sort) ?? "urgency";
  return useQuery({
    queryKey: [...LIST, "held", sort, asked(narrowing)],
    queryFn: ({ signal }) => get<InboxPage>("/inbox", { ...asked(narrowing), sort, limit: 1000 }, signal),
    enabled: on,
    placeholderData: keepPreviousData,
  });
}

/** Everything that was decided, latest first, page by page. */
export function useDecided(narrowing: Narrowing, on: boolean) {
  const status = STATUSES.find((one) => one === narrowing.status);
  return useInfiniteQuery({
    queryKey: [...LIST, "decided", status ?? "", asked(narrowing)],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(status ? [["status", status]] : STATUSES.map((one) => ["status", one]));
      return get<InboxPage>(`/inbox?${query.toString()}&sort=newest&limit=${PAGE}${more(asked(narrowing), pageParam)}`, undefined, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next || undefined,
    enabled: on,
    placeholderData: keepPreviousData,
  });
}

function more(narrowing: Readonly<Record<string, string | undefined>>, cursor: string): string {
  const given = Object.entries({ ...narrowing, cursor }).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length ? `&${new URLSearchParams(given).toString()}` : "";
}

export function useCounts() {
  return useQuery({ queryKey: COUNTS, queryFn: ({ signal }) => get<Counts>("/inbox/counts", undefined, signal) });
}

export function useDossier(id: string) {
  return useQuery({
    queryKey: dossierKey(id),
    queryFn: ({ signal }) => get<Dossier>(`/decisions/${encodeURIComponent(id)}/dossier`, undefined, signal),
    enabled: id !== "",
  });
}

/** What else could have happened: slow, and the same for as long as the gate's policy is. */
export function useOtherwise(id: string) {
  return useQuery({
    queryKey: [AREA, "otherwise", id],
    queryFn: ({ signal }) => get<Otherwise>(`/decisions/${encodeURIComponent(id)}/otherwise`, undefined, signal),
    enabled: id !== "",
    staleTime: 60_000,
  });
}
