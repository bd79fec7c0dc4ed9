// A draft on its way: edited with undo, saved as a person types, checked as soon as they pause.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { ApiError } from "@/api/client.ts";
import { type Check, type Detail, rules, type Sheet } from "./api.ts";
import { edit } from "./editing.ts";

const SAVE_MS = 900;
const CHECK_MS = 250;

export type Saving = "none" | "pending" | "saved" | "conflict" | "failed";

export interface DraftState {
  readonly sheet: Sheet;
  /** The sheet and version that the draft began from. */
  readonly before: Sheet;
  readonly basedOn: string;
  readonly saving: Saving;
  readonly savedAt: string;
  readonly problem: unknown;
  readonly check: Check | undefined;
  readonly checking: boolean;
  readonly checkProblem: unknown;
  readonly dirty: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly edit: (to: (sheet: Sheet) => Sheet) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Begin again from a sheet that was live: after going live, giving up, or bringing changes onto another version. */
  readonly restart: (sheet: Sheet, before: Sheet, basedOn: string, revision?: number) => void;
  /** After a conflict: put this window's draft in the place of the saved one. */
  readonly insist: () => Promise<void>;
}

export function useDraft(detail: Detail, mayEdit: boolean): DraftState {
  const { summary, mine } = detail;
  const name = summary.name;
  const client = useQueryClient();
  const [history, step] = useReducer(edit, { past: [], now: mine?.sheet ?? detail.sheet, future: [] });
  const [base, setBase] = useState({ before: mine?.before ?? detail.sheet, basedOn: mine?.based_on ?? summary.version });
  const [saving, setSaving] = useState<Saving>(mine ? "saved" : "none");
  const [savedAt, setSavedAt] = useState(mine?.at ?? "");
  const [problem, setProblem] = useState<unknown>(null);
  const kept = useRef({ sheet: history.now, revision: mine?.revision ?? 0 });
  const sheet = history.now;

  const save = useCallback(
    async (what: Sheet) => {
      try {
        let revision = kept.current.revision;
        try {
          const done = await rules.save(name, what, base.basedOn, revision);
          revision = done.revision;
          setSavedAt(done.at);
        } catch (error) {
          // A draft that went live or was given up still counts its revisions; a first save must learn where they are.
          const last = error instanceof ApiError && error.code === "rules.draft_moved" ? Number(error.where.replace(/\D/g, "")) : NaN;
          if (Number.isNaN(last) || kept.current.revision !== 0 || (await rules.one(name, 30)).mine) throw error;
          const done = await rules.save(name, what, base.basedOn, last);
          revision = done.revision;
          setSavedAt(done.at);
        }
        kept.current = { sheet: what, revision };
        setSaving("saved");
        setProblem(null);
        void client.invalidateQueries({ queryKey: ["rules"], refetchType: "none" });
      } catch (error) {
        setProblem(error);
        setSaving(error instanceof ApiError && error.code === "rules.draft_moved" ? "conflict" : "failed");
      }
    },
    [name, base.basedOn, client],
  );

  useEffect(() => {
    if (!mayEdit || sheet === kept.current.sheet || saving === "conflict") return;
    setSaving("pending");
    const timer = setTimeout(() => void save(sheet), SAVE_MS);
    return () => clearTimeout(timer);
  }, [sheet, save, mayEdit, saving === "conflict"]);

  const [checked, setChecked] = useState<{ check?: Check; of?: Sheet; problem?: unknown }>({});
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      rules
        .check(name, sheet, stop.signal)
        .then((check) => setChecked({ check, of: sheet }))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setChecked((old) => ({ ...old, of: sheet, problem: error }));
        });
    }, CHECK_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, sheet, summary.version]);

  const restart = useCallback((now: Sheet, before: Sheet, basedOn: string, revision = 0) => {
    kept.current = { sheet: now, revision };
    setBase({ before, basedOn });
    setSaving(revision ? "saved" : "none");
    setProblem(null);
    step({ do: "reset", sheet: now });
  }, []);

  return {
    sheet,
    before: base.before,
    basedOn: base.basedOn,
    saving,
    savedAt,
    problem,
    check: checked.check,
    checking: checked.of !== sheet,
    checkProblem: checked.problem,
    dirty: sheet !== base.before && JSON.stringify(sheet) !== JSON.stringify(base.before),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    edit: useCallback((to) => step({ do: "edit", to }), []),
    undo: useCallback(() => step({ do: "undo" }), []),
    redo: useCallback(() => step({ do: "redo" }), []),
    restart,
    insist: async () => {
      const now = await rules.one(name, 30);
      kept.current = { sheet: kept.current.sheet, revision: now.mine?.revision ?? 0 };
      setSaving("pending");
      await save(sheet);
    },
  };
}
