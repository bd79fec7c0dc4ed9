// What happened to a decision, by whom and why, with the hash of each entry of the ledger.
import type { ReactNode } from "react";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { Dossier } from "./data.ts";
import styles from "./Parts.module.css";

export function History({ dossier }: { dossier: Dossier }): ReactNode {
  const { t, say } = useWords();
  const { history, decision, undone_by, repeats } = dossier;
  return (
    <ol className={styles.history}>
      {history.map((entry) => (
        <li key={entry.seq} className={styles.entry}>
          <span className={styles.quiet}><When at={entry.at} /></span>
          <span>
            {say(entry.text)}
            {entry.note && entry.entry !== "repeated" && entry.entry !== "settled" ? <span className={styles.note}> · {entry.note}</span> : null}
            <br />
            <span className={styles.hash} title={entry.hash}>#{entry.seq} {entry.hash.slice(0, 16)}</span>
          </span>
        </li>
      ))}
      {decision.undoes ? <li className={styles.quiet}>{t("decisions.undoes")} <ThingLink kind="decision" id={decision.undoes} /></li> : null}
      {undone_by ? <li className={styles.quiet}>{t("decisions.undoneby")} <ThingLink kind="decision" id={undone_by} /></li> : null}
      {repeats ? <li className={styles.quiet}>{t("decisions.repeats")} <ThingLink kind="decision" id={repeats} /></li> : null}
    </ol>
  );
}
