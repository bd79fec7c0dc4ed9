// Sampling: a burst of log entries becomes counts and a bounded sample, the newest of each kind first of all.
import type { LiveBatch, LiveEntry } from "./protocol.ts";

/** Most entries that one batch carries to the page. */
export const MOST = 60;

/** Gathers entries until `flush`; holds at most MOST per kind, whatever comes. */
export class Sampler {
  private kept = new Map<string, LiveEntry[]>();
  private counts: Record<string, number> = {};
  private total = 0;
  private dropped = 0;
  private head = 0;
  private at = "";

  /** Take one entry; `wanted` says whether the page listens to its kind. */
  take(entry: LiveEntry, wanted: boolean): void {
    this.total += 1;
    this.counts[entry.kind] = (this.counts[entry.kind] ?? 0) + 1;
    this.head = entry.offset;
    if (entry.is_event && entry.at > this.at) this.at = entry.at;
    if (!wanted) return;
    const kept = this.kept.get(entry.kind) ?? [];
    if (kept.length === 0) this.kept.set(entry.kind, kept);
    kept.push(entry);
    if (kept.length > MOST) {
      kept.shift();
      this.dropped += 1;
    }
  }

  /** What came since the last flush, or null when nothing did. */
  flush(): LiveBatch | null {
    if (this.total === 0) return null;
    const lists = [...this.kept.values()].sort((a, b) => a.length - b.length);
    let room = MOST;
    const entries: LiveEntry[] = [];
    lists.forEach((list, n) => {
      const share = Math.max(1, Math.floor(room / (lists.length - n)));
      const some = list.slice(-share);
      room = Math.max(0, room - some.length);
      this.dropped += list.length - some.length;
      entries.push(...some);
    });
    entries.sort((a, b) => a.offset - b.offset);
    const batch = { entries, counts: this.counts, total: this.total, sampled: this.dropped > 0, head: this.head, at: this.at };
    this.kept = new Map();
    this.counts = {};
    this.total = this.dropped = 0;
    return batch;
  }
}
