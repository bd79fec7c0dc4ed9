// Marks: which rows are meant by the next word in bulk; a range goes from the row that was marked last.
import { useCallback, useMemo, useRef, useState } from "react";
import type { Item } from "./data.ts";

const MOST = 200; // as many as the API takes at once

export interface Marks {
  readonly marked: ReadonlySet<string>;
  readonly items: readonly Item[];
  readonly toggle: (id: string, range: boolean) => void;
  readonly all: () => void;
  readonly drop: (ids: readonly string[]) => void;
  readonly clear: () => void;
}

export function useMarks(rows: readonly Item[]): Marks {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef({ rows, last: "" });
  latest.current.rows = rows;
  const toggle = useCallback((id: string, range: boolean) => {
    const { rows: all, last } = latest.current;
    latest.current.last = id;
    setMarked((before) => {
      const now = new Set(before);
      const from = all.findIndex((item) => item.id === last);
      const to = all.findIndex((item) => item.id === id);
      if (range && from >= 0 && to >= 0) {
        for (const item of all.slice(Math.min(from, to), Math.max(from, to) + 1)) now.add(item.id);
      } else if (!now.delete(id)) now.add(id);
      return new Set([...now].slice(0, MOST));
    });
  }, []);
  const drop = useCallback((ids: readonly string[]) => setMarked((before) => (ids.some((id) => before.has(id)) ? new Set([...before].filter((id) => !ids.includes(id))) : before)), []);
  const clear = useCallback(() => setMarked(new Set()), []);
  const all = useCallback(() => setMarked(new Set(latest.current.rows.slice(0, MOST).map((item) => item.id))), []);
  const items = useMemo(() => rows.filter((item) => marked.has(item.id)), [rows, marked]);
  return useMemo(() => ({ marked, items, toggle, all, drop, clear }), [marked, items, toggle, all, drop, clear]);
}
