// Running a query: watched while it runs, stopped for real, one at a time.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { del, get, onceKey, post } from "@/api/client.ts";
import { HISTORY, type SqlRunResult, type SqlRunState } from "./api.ts";

export type Params = Readonly<Record<string, string | number | boolean | null>>;

export interface Ran {
  readonly query: string;
  readonly params: Params;
  readonly result: SqlRunResult | null;
  readonly error: unknown;
}

export interface Running {
  readonly id: string;
  readonly since: number;
  readonly progress: number | null;
  readonly stopping: boolean;
}

const LOOK_MS = 400;

export function useRun() {
  const client = useQueryClient();
  const [running, setRunning] = useState<Running | null>(null);
  const [ran, setRan] = useState<Ran | null>(null);
  const current = useRef("");

  const run = useCallback(
    async (query: string, params: Params, options: { readonly maxRows?: number; readonly remember?: boolean } = {}) => {
      if (current.current) return;
      const id = onceKey();
      current.current = id;
      setRunning({ id, since: performance.now(), progress: null, stopping: false });
      let done: Ran;
      try {
        const result = await post<SqlRunResult>("/sql/runs", { id, query, params, max_rows: options.maxRows ?? 10_000, remember: options.remember ?? true });
        done = { query, params, result, error: null };
      } catch (error) {
        done = { query, params, result: null, error };
      }
      if (current.current !== id) return;
      current.current = "";
      setRunning(null);
      setRan(done);
      void client.invalidateQueries({ queryKey: HISTORY });
    },
    [client],
  );

  const stop = useCallback(() => {
    const id = current.current;
    if (!id) return;
    setRunning((before) => (before ? { ...before, stopping: true } : before));
    // Nothing to say when it has ended by itself in the meantime.
    void del(`/sql/runs/${id}`).catch(() => {});
  }, []);

  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      void get<SqlRunState>(`/sql/runs/${running.id}`)
        .then((state) => setRunning((before) => (before?.id === running.id ? { ...before, progress: state.progress ?? null, stopping: before.stopping || state.stopping } : before)))
        .catch(() => {});
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [running?.id]);

  // Who leaves the page does not wait any more: the query is stopped.
  useEffect(
    () => () => {
      if (current.current) void del(`/sql/runs/${current.current}`).catch(() => {});
    },
    [],
  );
  const clear = useCallback(() => setRan(null), []);
  return { running, ran, run, stop, clear };
}
