// Refresh: queries are asked again when something that they show has happened, but not more often than `everyMs`.
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "./stream.ts";

/** Invalidate `key` when one of `kinds` is told, at once for the first and then at most every `everyMs` (1,000). */
export function useRefresh(key: QueryKey, kinds: readonly string[], everyMs = 1000): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const last = useRef(0);
  const latest = useRef(key);
  latest.current = key;
  useEffect(() => () => void (timer.current && clearTimeout(timer.current)), []);
  useLive(kinds, () => {
    if (timer.current) return;
    const wait = Math.max(0, last.current + everyMs - performance.now());
    timer.current = setTimeout(() => {
      timer.current = null;
      last.current = performance.now();
      if (document.visibilityState === "visible") void client.invalidateQueries({ queryKey: latest.current }, { cancelRefetch: false }); // a slow answer is waited for, not asked anew
    }, wait);
  });
}
