// Where a draft stands on its way to being live, step by step.
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { WhatIf } from "./api.ts";
import type { Marks } from "./editing.ts";
import type { Step } from "./Steps.tsx";
import type { DraftState } from "./useDraft.ts";

export interface StepsAsked {
  readonly draft: DraftState;
  readonly marks: Marks;
  readonly job: WhatIf | undefined;
  readonly readOnly: boolean;
  readonly open: (tab: "whatif") => void;
  readonly onChecks: () => void;
  readonly onLive: () => void;
}

export function useSteps({ draft, marks, job, readOnly, open, onChecks, onLive }: StepsAsked): { readonly steps: readonly Step[]; readonly ready: boolean } {
  const { t } = useWords();
  const format = useFormat();
  const { check, checking, dirty } = draft;
  const wrong = check?.problems.length ?? 0;
  const hints = check?.findings.filter((one) => one.kind !== "gap").length ?? 0;
  const dead = check?.findings.some((one) => one.kind === "unreachable" || one.kind === "unproven");
  const tested = job?.result && check && job.version === check.version ? job.result : null;
  const running = job?.state === "running" || job?.state === "waiting";
  const ready = dirty && Boolean(check?.ready) && !checking && !readOnly && draft.saving !== "conflict";
  const changed = [...marks.row.values()].length + marks.removed.length;
  const saving = { none: "", pending: t("rules.saving"), saved: draft.savedAt ? t("rules.saved", { at: format.time(draft.savedAt) }) : "", conflict: t("rules.save.conflict"), failed: t("rules.save.failed") }[draft.saving];
  const steps: Step[] = [
    { key: "draft", state: draft.saving === "conflict" || draft.saving === "failed" ? "bad" : dirty ? "good" : "idle", text: dirty ? [t("rules.step.draft.rows", { n: changed }), saving].filter(Boolean).join(" · ") : t("rules.step.draft.none") },
    {
      key: "checks",
      state: draft.checkProblem ? "bad" : checking || !check ? "busy" : wrong ? "bad" : dead ? "warn" : "good",
      text: checking || !check ? t("rules.checking") : wrong ? t("rules.step.checks.bad", { n: wrong }) : hints ? t("rules.step.checks.hints", { n: hints, tests: check.tests.length }) : t("rules.step.checks.good", { tests: check.tests.length }),
      onOpen: onChecks,
    },
    {
      key: "whatif",
      state: running ? "busy" : tested && dirty ? "good" : "idle",
      text: running ? `${job.events ? Math.round((job.done / job.events) * 100) : 0}%` : tested && dirty ? t("rules.step.whatif.done", { n: tested.changed, all: tested.decisions }) : t("rules.step.whatif.none"),
      onOpen: () => open("whatif"),
    },
    { key: "live", state: ready ? "warn" : "idle", text: ready ? t("rules.step.live.ready") : dirty ? t("rules.step.live.not") : t("rules.step.live.same"), onOpen: ready ? onLive : undefined },
  ];
  return { steps, ready };
}
