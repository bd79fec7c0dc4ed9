// How fresh a table is, as a word with a tone; why, on hover.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { TableFreshness } from "./api.ts";

const TONES: Readonly<Record<TableFreshness["state"], ToneName>> = { fresh: "good", late: "warn", learning: "plain", static: "plain", empty: "plain" };

export function FreshState({ fresh }: { fresh: TableFreshness }): ReactNode {
  const { t } = useWords();
  return (
    <span title={useWhy(fresh)}>
      <Tone tone={TONES[fresh.state]}>{t(`data.fresh.${fresh.state}`)}</Tone>
    </span>
  );
}

/** The sentence behind the word. */
export function useWhy(fresh: TableFreshness): string {
  const { t } = useWords();
  const format = useFormat();
  const usual = format.duration((fresh.usual_pause_s ?? 0) * 1000);
  const lag = format.duration((fresh.lag_s ?? 0) * 1000);
  return t(`data.fresh.${fresh.state}.what`, { usual, lag });
}
