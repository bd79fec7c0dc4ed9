// The way of a draft: changed, checked, tried on the past, live; each step with its state in a word.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Steps.module.css";

export type StepState = "idle" | "busy" | "good" | "bad" | "warn";

export interface Step {
  readonly key: string;
  readonly state: StepState;
  readonly text: ReactNode;
  readonly onOpen?: () => void;
}

const SIGN: Record<StepState, string> = { idle: "○", busy: "…", good: "✓", bad: "✗", warn: "!" };

export function Steps({ steps }: { steps: readonly Step[] }): ReactNode {
  const { t } = useWords();
  return (
    <ol className={styles.steps} aria-label={t("rules.steps")}>
      {steps.map((step) => (
        <li key={step.key} className={styles[step.state]}>
          <button type="button" onClick={step.onOpen} disabled={!step.onOpen}>
            <span className={styles.sign} aria-hidden="true">
              {SIGN[step.state]}
            </span>
            <span className={styles.words}>
              <b>{t(`rules.step.${step.key}`)}</b>
              <span>{step.text}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
