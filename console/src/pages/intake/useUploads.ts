// Files on their way to the shop: two at a time, each with its progress, each to be cancelled.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { onceKey } from "@/api/client.ts";
import { IMPORTS, type ImportView, upload } from "./api.ts";

export interface Sending {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly share: number;
  readonly error?: unknown;
}

const AT_ONCE = 2;

export interface Uploads {
  readonly sending: readonly Sending[];
  readonly send: (files: readonly File[]) => void;
  readonly cancel: (key: string) => void;
}

/** `arrived` hears of each import that an upload became. */
export function useUploads(arrived: (made: ImportView) => void): Uploads {
  const client = useQueryClient();
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const waiting = useRef<{ key: string; file: File; batch: string }[]>([]);
  const running = useRef(new Map<string, AbortController>());
  const heard = useRef(arrived);
  heard.current = arrived;

  const change = useCallback((key: string, parts: Partial<Sending>) => setSending((all) => all.map((one) => (one.key === key ? { ...one, ...parts } : one))), []);
  const forget = useCallback((key: string) => setSending((all) => all.filter((one) => one.key !== key)), []);

  const next = useCallback(() => {
    while (running.current.size < AT_ONCE) {
      const one = waiting.current.shift();
      if (!one) return;
      const stop = new AbortController();
      running.current.set(one.key, stop);
      upload("/imports", one.file, { batch: one.batch }, (share) => change(one.key, { share }), stop.signal)
        .then((made) => {
          forget(one.key);
          void client.invalidateQueries({ queryKey: IMPORTS });
          for (const each of made as ImportView[]) heard.current(each);
        })
        .catch((error: unknown) => {
          if (error instanceof DOMException && error.name === "AbortError") forget(one.key);
          else change(one.key, { error });
        })
        .finally(() => {
          running.current.delete(one.key);
          next();
        });
    }
  }, [change, client, forget]);

  const send = useCallback(
    (files: readonly File[]) => {
      const batch = onceKey();
      const fresh = files.map((file) => ({ key: onceKey(), file, batch }));
      waiting.current.push(...fresh);
      setSending((all) => [...all, ...fresh.map(({ key, file }) => ({ key, name: file.name, size: file.size, share: 0 }))]);
      next();
    },
    [next],
  );
  const cancel = useCallback(
    (key: string) => {
      waiting.current = waiting.current.filter((one) => one.key !== key);
      const stop = running.current.get(key);
      if (stop) stop.abort();
      else forget(key);
    },
    [forget],
  );
  return { sending, send, cancel };
}
