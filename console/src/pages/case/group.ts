// Groups: quiet steps that stand together (facts and counts of one event, questions of one decision) become one line that opens.
import type { Step } from "./data.ts";

export interface Group {
  readonly key: string;
  /** The step that is told, or null for a line that sums up quiet ones. */
  readonly step: Step | null;
  readonly quiet: readonly Step[];
  readonly at: string;
  readonly lane: string;
  /** Milliseconds since the group before, on the shop's clock. */
  readonly gapMs: number;
}

const QUIET: ReadonlySet<string> = new Set(["count", "asked", "fact"]);

/** Steps in their order as lines: loud ones by themselves, quiet neighbours of one lane together. */
export function groups(steps: readonly Step[]): Group[] {
  const found: { key: string; step: Step | null; quiet: Step[]; at: string; lane: string; gapMs: number }[] = [];
  steps.forEach((step, n) => {
    const before = found[found.length - 1];
    const quiet = QUIET.has(step.kind);
    if (quiet && before && before.step === null && before.lane === step.lane && before.at === step.at && kindOf(before.quiet[0]) === kindOf(step)) {
      before.quiet.push(step);
      return;
    }
    const gapMs = before ? Math.max(0, Date.parse(step.at) - Date.parse(before.at)) : 0;
    found.push({ key: `${step.offset || "x"}-${n}`, step: quiet ? null : step, quiet: quiet ? [step] : [], at: step.at, lane: step.lane, gapMs });
  });
  // One quiet step alone is told as it is.
  return found.map((group) =>
    group.step === null && group.quiet.length === 1 && group.quiet[0]?.kind !== "count" ? { ...group, step: group.quiet[0] ?? null, quiet: [] } : group,
  );
}

function kindOf(step: Step | undefined): string {
  return step?.kind === "asked" ? "asked" : "fact";
}
