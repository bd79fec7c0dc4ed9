// The account of rows: every row that came in is somewhere, shown as a bar and as a sum that anybody can check.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Account.module.css";

export interface Part {
  /** kept, waiting, readmitted or dismissed. */
  readonly name: "kept" | "waiting" | "readmitted" | "dismissed";
  readonly rows: number;
}

export function Account({ rowsIn, parts, quiet }: { rowsIn: number; parts: readonly Part[]; quiet?: boolean }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const sum = parts.reduce((all, part) => all + part.rows, 0);
  const holds = sum === rowsIn;
  return (
    <div className={styles.account}>
      <div className={styles.bar} aria-hidden="true">
        {parts.filter((part) => part.rows > 0).map((part) => (
          <span key={part.name} className={styles[part.name]} style={{ flexGrow: Math.max(part.rows, rowsIn / 150) }} />
        ))}
      </div>
      <p className={styles.sum}>
        <span>
          <b>{format.number(rowsIn)}</b> {t("intake.account.in")}
        </span>
        <span aria-hidden="true">=</span>
        {parts.map((part, n) => (
          <span key={part.name} className={styles.part}>
            {n ? <span aria-hidden="true">+ </span> : null}
            <i className={`${styles.dot} ${styles[part.name] ?? ""}`} aria-hidden="true" />
            <b>{format.number(part.rows)}</b> {t(`intake.account.${part.name}`)}
          </span>
        ))}
        {quiet ? null : <span className={holds ? styles.holds : styles.broken}>{holds ? t("intake.account.holds") : t("intake.account.broken")}</span>}
      </p>
    </div>
  );
}
