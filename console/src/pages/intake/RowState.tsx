// How a waiting row is: ready, fine as it is, or what is wrong with it, in words.
import type { ReactNode } from "react";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { EXTRA, type WardRow } from "./wards.ts";

export function RowState({ row }: { row: WardRow }): ReactNode {
  const { t, say } = useWords();
  if (row.reasons.length === 0) return <Tone tone="good">{row.accepted ? t("intake.row.accepted") : t("intake.row.ready")}</Tone>;
  const told = row.reasons.map((reason) => (reason.column && reason.column !== EXTRA ? t("intake.row.why", { column: reason.column, why: say(reason.text) }) : say(reason.text)));
  return <span title={told.join("\n")}>{told.join(t("intake.semicolon"))}</span>;
}
