// What a person does with a decision: sent once under a key of its own, shown as on its way until the server has answered.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { ApiError, onceKey, post } from "@/api/client.ts";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, COUNTS, type Decision, dossierKey, type Item } from "./data.ts";

export type Deed = "approve" | "adjust" | "refuse" | "undo";

export interface Deeds {
  /** The deed that is on its way for a decision, if any. */
  readonly busy: ReadonlyMap<string, Deed>;
  /** Why the last deed on a decision failed. */
  readonly problems: ReadonlyMap<string, unknown>;
  readonly forget: (id: string) => void;
  /** Do it; gives whether it was done. */
  readonly act: (deed: Deed, item: Item, body: Readonly<Record<string, unknown>>) => Promise<boolean>;
}

/** `onGone` hears of every decision that is not held any more because of what was done here, or that somebody else was faster with. */
export function useDeeds(onGone: (id: string, status: string) => void): Deeds {
  const client = useQueryClient();
  const { t, say } = useWords();
  const [busy, setBusy] = useState<ReadonlyMap<string, Deed>>(new Map());
  const [problems, setProblems] = useState<ReadonlyMap<string, unknown>>(new Map());
  const keys = useRef(new Map<string, string>());

  const forget = useCallback((id: string) => setProblems((before) => without(before, id)), []);

  const act = useCallback(
    async (deed: Deed, item: Item, body: Readonly<Record<string, unknown>>): Promise<boolean> => {
      const place = `${deed} ${item.id} ${JSON.stringify(body)}`;
      const once = keys.current.get(place) ?? onceKey();
      keys.current.set(place, once); // a retry that got no answer is the same request
      setBusy((before) => new Map(before).set(item.id, deed));
      setProblems((before) => without(before, item.id));
      try {
        const done = await post<Decision>(`/decisions/${encodeURIComponent(item.id)}/${deed}`, body, { once });
        keys.current.delete(place);
        if (deed !== "undo") onGone(item.id, done.status);
        toast({ text: t(`decisions.done.${deed}`, { what: say(item.title) }), tone: "good" });
        return true;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 0) keys.current.delete(place);
        setProblems((before) => new Map(before).set(item.id, error));
        const text = error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown");
        toast({ text, tone: "bad" });
        return false;
      } finally {
        setBusy((before) => without(before, item.id));
        void client.invalidateQueries({ queryKey: dossierKey(item.id) });
        void client.invalidateQueries({ queryKey: [AREA, "list"] });
        void client.invalidateQueries({ queryKey: COUNTS });
      }
    },
    [client, onGone, say, t],
  );
  return { busy, problems, forget, act };
}

function without<V>(map: ReadonlyMap<string, V>, id: string): ReadonlyMap<string, V> {
  if (!map.has(id)) return map;
  const copy = new Map(map);
  copy.delete(id);
  return copy;
}
