// What the palette can do besides going somewhere: verdicts, the town, language and theme.
import { useQueryClient } from "@tanstack/react-query";
import { ApiError, onceKey, post } from "@/api/client.ts";
import { useWords } from "@/words/index.ts";
import { toast } from "@/ui/toast.tsx";

export interface Doing {
  readonly verdict: (what: "approve" | "refuse", id: string, named: string, note: string) => Promise<unknown>;
  readonly town: (what: "pause" | "resume") => Promise<unknown>;
  /** Take a conversation over; gives whether it was done. */
  readonly take: (id: string, named: string) => Promise<boolean>;
  readonly copy: (text: string) => Promise<unknown>;
}

export function useDoing(): Doing {
  const client = useQueryClient();
  const { t, say } = useWords();
  const attempt = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    try {
      await work();
      toast({ text: done, tone: "good" });
      return true;
    } catch (error) {
      toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
      return false;
    } finally {
      void client.invalidateQueries();
    }
  };
  return {
    verdict: (what, id, named, note) =>
      attempt(() => post(`/decisions/${encodeURIComponent(id)}/${what}`, { note }, { once: onceKey() }), t(`palette.done.${what}`, { what: named })),
    town: (what) => attempt(() => post("/town", { do: what }), t(`palette.done.${what}`)),
    take: (id, named) => attempt(() => post(`/service/conversations/${encodeURIComponent(id)}/take`, { minutes: 10 }, { once: onceKey() }), t("palette.done.take", { what: named })),
    copy: (text) => attempt(() => navigator.clipboard.writeText(text), t("palette.done.copy", { what: text })),
  };
}
