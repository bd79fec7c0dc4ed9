// What the gate looked at: limits as bars, other checks as lines.
import type { ReactNode } from "react";
import { LimitBar } from "@/ui/LimitBar.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Check } from "./data.ts";
import styles from "./Parts.module.css";

const TONES: Readonly<Record<string, ToneName>> = { allow: "good", hold: "accent", refuse: "bad" };

export function GateBars({ checks }: { checks: readonly Check[] }): ReactNode {
  const { t, say, maybe } = useWords();
  if (checks.length === 0) return <p className={styles.quiet}>{t("decisions.gate.none")}</p>;
  return (
    <ul className={styles.list}>
      {checks.map((check, n) => (
        <li key={`${check.name} ${n}`} className={styles.check}>
          <Verdict word={check.verdict} />
          <div className={styles.grow}>
            {check.limit ? (
              <LimitBar used={check.used ?? 0} limit={check.limit} label={maybe(`decisions.limit.${check.name}`, check.name)} text={say(check.text)} />
            ) : (
              <p className={styles.small}>{say(check.text)}</p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

export function Verdict({ word }: { word: string }): ReactNode {
  const { maybe } = useWords();
  return <Tone tone={TONES[word] ?? "plain"}>{maybe(`decisions.word.${word}`, word)}</Tone>;
}
