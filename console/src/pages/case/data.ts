// What the pages of cases ask the API.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
export type Story = Schemas["Story"];
export type Step = Schemas["Step"];
export type Span = Schemas["Span"];
export type CaseLine = Schemas["CaseLine"];
export type RelatedCase = Schemas["RelatedCase"];
export type LogEntry = Schemas["LogEntry"];

export const AREA = "case";
const PAGE = 1000;

/** A case told in steps, page by page until its end. */
export function useStory(id: string) {
  return useInfiniteQuery({
    queryKey: [AREA, "story", id],
    queryFn: ({ pageParam, signal }) => get<Story>(`/cases/${encodeURIComponent(id)}/story`, { after: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next || undefined,
  });
}

export function useRelated(id: string) {
  return useQuery({
    queryKey: [AREA, "related", id],
    queryFn: ({ signal }) => get<RelatedCase[]>(`/cases/${encodeURIComponent(id)}/related`, undefined, signal),
    staleTime: 60_000,
  });
}

export interface CasesAsked {
  readonly link?: string;
  readonly status?: string;
  readonly text?: string;
}

export function useCases(asked: CasesAsked) {
  return useInfiniteQuery({
    queryKey: [AREA, "list", asked],
    queryFn: ({ pageParam, signal }) => get<Schemas["CaseLines"]>("/stories", { ...asked, limit: 50, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next || undefined,
    placeholderData: keepPreviousData,
  });
}

/** The raw line of the log behind a step. */
export function useLine(offset: number, on: boolean) {
  return useQuery({
    queryKey: [AREA, "line", offset],
    queryFn: async ({ signal }) => (await get<LogEntry[]>("/events", { after: offset - 1, limit: 1 }, signal))[0] ?? null,
    enabled: on,
    staleTime: Infinity,
  });
}
