// The queue that a person works through: what comes new waits behind a pill, what left goes gently, nothing moves by itself.
import { useCallback, useEffect, useMemo, useState } from "react";
import { useRefresh } from "@/live/useRefresh.ts";
import { tellMoment } from "./clock.ts";
import { type Counts, type Item, QUEUE, useQueueQuery, type Wanted } from "./data.ts";

const LEAVING_MS = 1200;
const REFRESH_MS = 1000;

export interface Queue {
  readonly rows: readonly Item[];
  readonly counts: Counts | undefined;
  /** Conversations that are not here any more and are about to leave. */
  readonly leaving: ReadonlySet<string>;
  /** How many came or moved since, and a way to bring them in, in order. */
  readonly fresh: number;
  readonly showFresh: () => void;
  readonly loading: boolean;
  readonly error: unknown;
  readonly again: () => void;
}

const idOf = (item: Item) => item.conversation.conversation_id;

/** Conversations as they are shown. The one that is `chosen` never leaves while it is read. */
export function useQueue(wanted: Wanted, chosen: string): Queue {
  const query = useQueueQuery(wanted);
  const [shown, setShown] = useState<readonly Item[] | null>(null);
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
  useRefresh(QUEUE, ["conversations"], REFRESH_MS);

  const asked = JSON.stringify(wanted);
  useEffect(() => setShown(null), [asked]);
  const latest = query.isPlaceholderData ? undefined : query.data;
  useEffect(() => tellMoment(query.data?.now), [query.data]);

  useEffect(() => {
    if (!latest) return;
    const now = new Map(latest.items.map((item) => [idOf(item), item]));
    setShown((before) => (before === null || before.length === 0 ? latest.items : before.map((item) => now.get(idOf(item)) ?? item)));
    setLeaving(new Set((shown ?? []).map(idOf).filter((id) => !now.has(id) && id !== chosen)));
    // Only a new answer of the server, or another choice, can say that something left.
  }, [latest, chosen]);

  useEffect(() => {
    if (leaving.size === 0) return;
    const timer = setTimeout(() => {
      setShown((before) => before?.filter((item) => !leaving.has(idOf(item))) ?? null);
      setLeaving(new Set());
    }, LEAVING_MS);
    return () => clearTimeout(timer);
  }, [leaving]);

  const rows = shown ?? [];
  const fresh = useMemo(() => {
    const known = new Set(rows.map(idOf));
    return latest && shown ? latest.items.filter((item) => !known.has(idOf(item))).length : 0;
  }, [latest, rows, shown]);
  const showFresh = useCallback(() => latest && setShown(latest.items), [latest]);
  return {
    rows,
    counts: query.data?.counts,
    leaving,
    fresh,
    showFresh,
    loading: shown === null && !query.error,
    error: query.error,
    again: () => void query.refetch(),
  };
}
