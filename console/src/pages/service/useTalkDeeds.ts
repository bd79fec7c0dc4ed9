// What a person does with a conversation: each deed sent once under a key of its own, answers shown as on their way at once.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ApiError, onceKey, post } from "@/api/client.ts";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type Answered, at, type Done, QUEUE, talkKey } from "./data.ts";
import type { Unsent } from "./lines.ts";

export type Deed = "take" | "renew" | "hand-back" | "solve" | "reopen";

export interface TalkDeeds {
  readonly busy: Deed | "";
  readonly unsent: readonly Unsent[];
  /** Do it; gives whether it was done. */
  readonly act: (deed: Deed, body?: Readonly<Record<string, unknown>>) => Promise<boolean>;
  readonly send: (text: string) => void;
  readonly again: (one: Unsent) => void;
  readonly drop: (one: Unsent) => void;
}

export function useTalkDeeds(id: string): TalkDeeds {
  const client = useQueryClient();
  const { t, say } = useWords();
  const [busy, setBusy] = useState<Deed | "">("");
  const [unsent, setUnsent] = useState<readonly (Unsent & { readonly talk: string })[]>([]);
  const refresh = useCallback(
    async (talk: string) => {
      void client.invalidateQueries({ queryKey: QUEUE });
      await client.invalidateQueries({ queryKey: talkKey(talk) });
    },
    [client],
  );
  useEffect(() => setBusy(""), [id]);

  const act = useCallback(
    async (deed: Deed, body: Readonly<Record<string, unknown>> = {}): Promise<boolean> => {
      setBusy(deed);
      try {
        const done = await post<Done>(at(id, `/${deed}`), body, { once: onceKey() });
        const kept = done.withdrawn?.length ?? 0;
        toast({ text: deed === "take" && kept ? t("service.done.take.withdrawn", { count: kept }) : t(`service.done.${deed}`), tone: "good" });
        return true;
      } catch (error) {
        toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
        return false;
      } finally {
        setBusy("");
        void refresh(id);
      }
    },
    [id, refresh, say, t],
  );

  const deliver = useCallback(
    async (one: Unsent, talk: string) => {
      try {
        const answered = await post<Answered>(at(talk, "/reply"), { text: one.text }, { once: one.key });
        await refresh(talk);
        setUnsent((before) => before.filter((other) => other.key !== one.key));
        if (answered.status === "held") toast({ text: t("service.done.held") });
      } catch (error) {
        setUnsent((before) => before.map((other) => (other.key === one.key ? { ...other, problem: error } : other)));
        void refresh(talk);
      }
    },
    [refresh, t],
  );
  const send = useCallback(
    (text: string) => {
      const one = { key: onceKey(), text, at: new Date().toISOString(), problem: null, talk: id };
      setUnsent((before) => [...before, one]);
      void deliver(one, id);
    },
    [deliver, id],
  );
  const again = useCallback(
    (one: Unsent) => {
      setUnsent((before) => before.map((other) => (other.key === one.key ? { ...other, problem: null } : other)));
      void deliver(one, id); // the same key: what had arrived after all is not sent twice
    },
    [deliver, id],
  );
  const drop = useCallback((one: Unsent) => setUnsent((before) => before.filter((other) => other.key !== one.key)), []);
  return { busy, unsent: unsent.filter((one) => one.talk === id), act, send, again, drop };
}
