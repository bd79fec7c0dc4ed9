// What the palette can do besides going somewhere: verdicts, the town, language and theme.
import { useQueryClient } from "@tanstack/react-query";
import { ApiError, onceKey, post } from "@/api/client.ts";
import { useWords } from "@/words/index.ts";
import { toast } from "@/ui/toast.tsx";

export interface Doing {
  readonly verdict: (what: "approve" | "refuse", id: string, named: string, note: string) => Promise<void>;
  readonly town: (what: "pause" | "resume") => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
}

export function useDoing(): Doing {
  const client = useQueryClient();
  const { t, say } = useWords();
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast({ text: done, tone: "good" });
    } catch (error) {
      toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    } finally {
      void client.invalidateQueries();
    }
  };
  return {
    verdict: (what, id, named, note) =>
      attempt(() => post(`/decisions/${encodeURIComponent(id)}/${what}`, { note }, { once: onceKey() }), t(`palette.done.${what}`, { what: named })),
    town: (what) => attempt(() => post("/town", { do: what }), t(`palette.done.${what}`)),
    copy: (text) => attempt(() => navigator.clipboard.writeText(text), t("palette.done.copy", { what: text })),
  };
}
