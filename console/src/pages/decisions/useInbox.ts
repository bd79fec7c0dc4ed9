// The list that a person reads: what comes new waits behind a pill, what was decided leaves gently, nothing moves by itself.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLive } from "@/live/stream.ts";
import { useRefresh } from "@/live/useRefresh.ts";
import { AREA, COUNTS, dossierKey, type Item, LIST, type Narrowing, useHeld } from "./data.ts";

const LEAVING_MS = 900;
const REFRESH_MS = 2000;

export interface Inbox {
  readonly rows: readonly Item[];
  /** How each row that is on its way out left: the status that it has now. */
  readonly leaving: ReadonlyMap<string, string>;
  /** How many came since, and a way to bring them in. */
  readonly fresh: number;
  readonly showFresh: () => void;
  /** Tell the list that a decision is not held any more. */
  readonly gone: (id: string, status: string) => void;
  readonly loading: boolean;
  readonly error: unknown;
  readonly again: () => void;
}

/** The held decisions as they are shown; `on` is false while the page shows something else. */
export function useInbox(narrowing: Narrowing, on: boolean): Inbox {
  const client = useQueryClient();
  const held = useHeld(narrowing, on);
  const [shown, setShown] = useState<readonly Item[] | null>(null);
  const [leaving, setLeaving] = useState<ReadonlyMap<string, string>>(new Map());
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => () => timers.current.forEach(clearTimeout), []);

  const asked = JSON.stringify(narrowing);
  useEffect(() => setShown(null), [asked]);

  const gone = useCallback((id: string, status: string) => {
    setLeaving((before) => (before.has(id) ? before : new Map(before).set(id, status)));
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setShown((before) => before?.filter((item) => item.id !== id) ?? null);
      setLeaving((before) => new Map([...before].filter(([key]) => key !== id)));
    }, LEAVING_MS);
    timers.current.add(timer);
  }, []);

  const latest = held.isPlaceholderData ? undefined : held.data;
  useEffect(() => {
    if (!latest) return;
    setShown((before) => {
      if (before === null || before.length === 0) return latest.items;
      const now = new Map(latest.items.map((item) => [item.id, item]));
      return before.map((item) => now.get(item.id) ?? item);
    });
  }, [latest]);
  useEffect(() => {
    if (!latest || latest.next !== "" || !shown) return;
    const now = new Set(latest.items.map((item) => item.id));
    for (const item of shown) if (!now.has(item.id)) gone(item.id, "");
    // Only a new answer of the server can say that something left.
  }, [latest]);

  useRefresh(LIST, on ? ["decisions"] : [], REFRESH_MS);
  useRefresh(COUNTS, ["decisions"], REFRESH_MS);
  useLive(["decisions"], (batch) => {
    for (const entry of batch.entries) {
      if (entry.kind !== "decisions") continue;
      void client.invalidateQueries({ queryKey: dossierKey(entry.key) });
      const status = String((entry.body as { status?: string }).status ?? "");
      if (status !== "held" && shown?.some((item) => item.id === entry.key)) gone(entry.key, status);
    }
  });

  const rows = shown ?? [];
  const fresh = useMemo(() => {
    const known = new Set(rows.map((item) => item.id));
    return latest && shown ? latest.items.filter((item) => !known.has(item.id)).length : 0;
  }, [latest, rows, shown]);
  const showFresh = useCallback(() => latest && setShown(latest.items), [latest]);
  return {
    rows,
    leaving,
    fresh,
    showFresh,
    gone,
    loading: shown === null && !held.error,
    error: held.error,
    again: () => void client.invalidateQueries({ queryKey: [AREA] }),
  };
}
