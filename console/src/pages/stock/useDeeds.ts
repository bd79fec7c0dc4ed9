// What a planner does from the list: override, order, approve; each is told in a toast with a way to take it back.
import { useCallback, useMemo, useRef } from "react";
import { ApiError } from "@/api/client.ts";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type StockLine, useOverride, useUndoOverride, useVerdict } from "./data.ts";

export interface Deeds {
  /** Both give what went wrong, or null. */
  readonly override: (line: StockLine, since: string, until: string, units: number, reason: string) => Promise<unknown>;
  readonly order: (line: StockLine, quantity: number, reason: string) => Promise<unknown>;
  readonly approve: (line: StockLine) => Promise<unknown>;
  readonly undoLast: () => Promise<void>;
}

export function useDeeds(): Deeds {
  const { t, say } = useWords();
  const { mutateAsync: override } = useOverride();
  const { mutateAsync: undo } = useUndoOverride();
  const { mutateAsync: verdict } = useVerdict();
  const last = useRef<(() => Promise<unknown>) | null>(null);

  const told = useCallback(
    async (work: () => Promise<unknown>, text: string, back: (() => Promise<unknown>) | null, quiet = false): Promise<unknown> => {
      try {
        await work();
      } catch (error) {
        if (!quiet) toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
        return error;
      }
      last.current = back;
      toast({ text, tone: "good", action: back ? { label: t("stock.undo"), do: () => void undoLast.current() } : undefined });
      return null;
    },
    [say, t],
  );
  const undoLast = useRef(async () => {});
  undoLast.current = async () => {
    const back = last.current;
    if (!back) return;
    last.current = null;
    await told(back, t("stock.undone"), null);
  };

  return useMemo<Deeds>(() => {
    const named = (line: StockLine) => `${line.title || line.product_id} · ${line.place}`;
    const decided = (line: StockLine, quantity: number | undefined, note: string) => {
      const id = line.held?.id ?? "";
      const same = quantity === undefined || quantity === line.held?.quantity;
      return told(
        () => verdict({ id, deed: same ? "approve" : "adjust", note, quantity }),
        t("stock.approved", { what: named(line) }),
        () => verdict({ id, deed: "undo", note: t("stock.undo.note") }),
        true,
      );
    };
    return {
      override: (line, since, until, units, reason) => {
        let edit = "";
        return told(
          async () => (edit = (await override({ product: line.product_id, place: line.place, since, until, units, reason, seen: line.edited })).edit),
          t("stock.overridden", { what: named(line) }),
          () => undo({ product: line.product_id, place: line.place, edit, reason: t("stock.undo.note") }),
          true,
        );
      },
      order: (line, quantity, reason) => decided(line, quantity, reason),
      approve: async (line) => {
        const problem = await decided(line, undefined, "");
        if (problem) toast({ text: problem instanceof ApiError ? `${say(problem.text)} ${say(problem.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
        return problem;
      },
      undoLast: () => undoLast.current(),
    };
  }, [told, override, undo, verdict, say, t]);
}
