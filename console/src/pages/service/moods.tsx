// A mood as a word with a tone; how strong it is as the filled part of a bar.
import type { ReactNode } from "react";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Mood } from "./data.ts";

const TONES: Readonly<Record<Mood, ToneName>> = { angry: "bad", anxious: "warn", neutral: "plain", pleased: "good" };

export function MoodTag({ mood, trend = 0 }: { mood: Mood; trend?: number }): ReactNode {
  const { t } = useWords();
  const way = trend > 0.2 ? "worse" : trend < -0.2 ? "better" : "";
  return (
    <Tone tone={TONES[mood]}>
      {t(`service.mood.${mood}`)}
      {way ? <span title={t(`service.trend.${way}`)}>{way === "worse" ? "↘" : "↗"}</span> : null}
    </Tone>
  );
}

/** How bad a mood is, −1 (delighted) to 1 (furious): as the service link reckons it. */
export function badness(mood: Mood, intensity: number): number {
  return { angry: intensity, anxious: 0.6 * intensity, neutral: 0, pleased: -intensity }[mood];
}
