// A change as lines: what stood there, what stands there now; only what differs is shown.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Audit.module.css";
import { changesOf } from "./changes.ts";

export function Diff({ before, after }: { before: unknown; after: unknown }): ReactNode {
  const { t, maybe } = useWords();
  const name = (path: string) => path.split(" › ").map((part) => maybe(`settings.field.${part}`, part)).join(" › ");
  const shownValue = (value: string) => maybe(`settings.value.${value}`, value);
  const changes = changesOf(before, after);
  if (!changes.length) return null;
  const lines = changes.map((change) => (
    <div key={change.path} className={styles.change}>
      {change.path ? <dt>{name(change.path)}</dt> : null}
      <dd>
        {change.before === undefined ? null : (
          <del className={styles.was}>
            <span className={styles.unseen}>{t("settings.audit.before")} </span>
            {shownValue(change.before)}
          </del>
        )}
        {change.after === undefined ? null : (
          <ins className={styles.is}>
            <span className={styles.unseen}>{t("settings.audit.after")} </span>
            {shownValue(change.after)}
          </ins>
        )}
      </dd>
    </div>
  ));
  const shown = <dl className={styles.changes}>{lines.slice(0, 4)}</dl>;
  if (changes.length <= 4) return shown;
  return (
    <>
      {shown}
      <details>
        <summary className={styles.rest}>{t("settings.audit.rest", { count: changes.length - 4 })}</summary>
        <dl className={styles.changes}>{lines.slice(4)}</dl>
      </details>
    </>
  );
}
