// Live: one stream for the whole page, read in a worker; components hear batches of the kinds that they ask for.
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { FromWorker, LiveBatch, ToWorker } from "./protocol.ts";

export type { LiveBatch, LiveEntry } from "./protocol.ts";

type Hearing = (batch: LiveBatch) => void;

/** How the stream is doing: `perSecond` counts everything that came, `sampled` says that not all of it is shown. */
export interface LiveState {
  readonly connected: boolean;
  readonly perSecond: number;
  readonly sampled: boolean;
  readonly at: string;
  readonly head: number;
}

class Stream {
  state: LiveState = { connected: false, perSecond: 0, sampled: false, at: "", head: 0 };
  private worker: Worker | null = null;
  private readonly hearers = new Map<Hearing, readonly string[]>();
  private readonly watchers = new Set<() => void>();
  private window: { at: number; total: number; sampled: boolean }[] = [];
  private told = 0;

  /** Begin to follow the shop; what is asked for before is remembered. */
  open(): void {
    if (this.worker) return;
    this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "stream" });
    this.worker.onmessage = (event: MessageEvent<FromWorker>) => this.hear(event.data);
    this.ask();
  }

  /** Stop following: after signing out. */
  close(): void {
    this.worker?.postMessage({ type: "close" } satisfies ToWorker);
    this.worker = null;
    this.set({ ...this.state, connected: false, perSecond: 0 });
  }

  listen(kinds: readonly string[], hearing: Hearing): () => void {
    this.hearers.set(hearing, kinds);
    this.ask();
    return () => {
      this.hearers.delete(hearing);
      this.ask();
    };
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private ask(): void {
    const kinds = [...new Set([...this.hearers.values()].flat())];
    this.worker?.postMessage({ type: "kinds", kinds } satisfies ToWorker);
  }

  private hear(message: FromWorker): void {
    if (message.type === "state") {
      this.set({ ...this.state, connected: message.connected });
      return;
    }
    const { batch } = message;
    for (const [hearing, kinds] of this.hearers) {
      if (kinds.includes("*") || kinds.some((kind) => kind in batch.counts)) hearing(batch);
    }
    const now = performance.now();
    this.window.push({ at: now, total: batch.total, sampled: batch.sampled });
    this.window = this.window.filter((one) => now - one.at < 2000);
    if (now - this.told > 500) {
      this.told = now;
      const perSecond = this.window.reduce((sum, one) => sum + one.total, 0) / 2;
      const sampled = this.window.some((one) => one.sampled);
      this.set({ connected: true, perSecond, sampled, at: batch.at || this.state.at, head: batch.head });
    }
  }

  private set(state: LiveState): void {
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}

export const stream = new Stream();

/**
 * Hear what the shop says of some kinds (SQL names, `"*"` for all), at most ten times a second.
 *
 * Every batch has whole counts per kind; `entries` is a sample of what is subscribed to anywhere on the page, so filter by kind.
 */
export function useLive(kinds: readonly string[], hearing: Hearing): void {
  const latest = useRef(hearing);
  latest.current = hearing;
  const joined = kinds.join(",");
  useEffect(() => stream.listen(joined.split(","), (batch) => latest.current(batch)), [joined]);
}

/** How the stream is doing; changes at most twice a second. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(stream.watch, () => stream.state);
}
