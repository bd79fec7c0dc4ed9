// What the pages of service ask the API, and the keys that the answers are kept under.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import type { Text } from "@/words/index.ts";

type Schemas = components["schemas"];
export type Item = Schemas["QueueItem"];
export type QueuePage = Schemas["QueuePage"];
export type Counts = Schemas["QueueCounts"];
export type Conversation = Schemas["Conversation"];
export type TalkData = Schemas["Talk"];
export type Said = Schemas["Said"];
export type Known = Schemas["Known"];
export type Draft = Schemas["Draft"];
export type Evidence = Schemas["Evidence"];
export type Answered = Schemas["Answered"];
export type Done = Schemas["Done"];
export type Mood = Conversation["mood"];

/** Parts of the queue: what waits for people, what I hold, what the bot has, what is solved. */
export const SHOWS = ["waiting", "mine", "bot", "solved"] as const;
export type Show = (typeof SHOWS)[number];
export const MOODS: readonly Mood[] = ["angry", "anxious", "neutral", "pleased"];

/** What the queue is narrowed to; every field is a text of the address. */
export interface Wanted {
  readonly show?: string;
  readonly channel?: string;
  readonly mood?: string;
}

export const AREA = "service";
export const QUEUE = [AREA, "queue"] as const;
export const talkKey = (id: string) => [AREA, "talk", id] as const;
const MOST = 500;

export const at = (id: string, rest = "") => `/service/conversations/${encodeURIComponent(id)}${rest}`;

export const showOf = (wanted: Wanted): Show => SHOWS.find((one) => one === wanted.show) ?? "waiting";

/** The queue, most pressing first. */
export function useQueueQuery(wanted: Wanted) {
  const show = showOf(wanted);
  const query = { channel: wanted.channel, mood: wanted.mood, mine: show === "mine" || undefined, status: show === "bot" ? "open" : show === "solved" ? "solved" : undefined, limit: MOST };
  return useQuery({
    queryKey: [...QUEUE, query],
    queryFn: ({ signal }) => get<QueuePage>("/service/queue", query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

export function useTalk(id: string) {
  return useQuery({ queryKey: talkKey(id), queryFn: ({ signal }) => get<TalkData>(at(id), undefined, signal), enabled: id !== "" });
}

/** A macro with its blanks filled for one conversation; `missing` are those that no table fills. */
export interface Filled {
  readonly macro_id: string;
  readonly text: Text;
  readonly language: string;
  readonly missing: readonly string[];
}

export interface Macro {
  readonly macro_id: string;
  readonly name: Text;
  readonly text: Text;
  readonly by: string;
  readonly updated_at: string;
}
