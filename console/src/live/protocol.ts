// What the page and its stream worker say to each other.

/** One line of the log, as the stream gives it. */
export interface LiveEntry {
  readonly offset: number;
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly key: string;
  readonly case_id: string;
  readonly source: string;
  readonly is_event: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What came since the batch before: counts are whole, `entries` a sample of what was subscribed to. */
export interface LiveBatch {
  readonly entries: readonly LiveEntry[];
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly sampled: boolean;
  readonly head: number;
  readonly at: string; // the latest moment that was told: the shop's clock
}

export type ToWorker = { type: "kinds"; kinds: readonly string[] } | { type: "close" };
export type FromWorker = { type: "batch"; batch: LiveBatch } | { type: "state"; connected: boolean };
