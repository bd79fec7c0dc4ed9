// Where the effect of a decision stands: sent, unclear, done, or given up with a link to its dead letter.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Dossier } from "./data.ts";
import styles from "./Parts.module.css";

const TONES: Readonly<Record<string, ToneName>> = { done: "good", sending: "info", waiting: "info", unclear: "warn", dead: "bad", refused: "bad" };

export function OutboxLine({ dossier }: { dossier: Dossier }): ReactNode {
  const { t, say } = useWords();
  const state = dossier.outbox;
  if (!state || state.status === "held") return null;
  return (
    <p className={styles.row} data-outbox={state.status}>
      <span>
        <span className={styles.quiet}>{t("decisions.outbox")}</span> <Tone tone={TONES[state.status] ?? "plain"}>{say(state.text)}</Tone>
        {state.attempt > 1 ? ` ${t("decisions.outbox.tries", { count: state.attempt })}` : ""}
        {state.reference ? <span className={styles.quiet}> {t("decisions.outbox.reference", { reference: state.reference })}</span> : null}
        {state.problem ? <span className={styles.quiet}> · {state.problem}</span> : null}
      </span>
      {state.dead_letter ? <Link to="/data/dead-letters" search={{ id: state.dead_letter }}>{t("decisions.outbox.dead")}</Link> : null}
    </p>
  );
}
