// What is wrong, by reason and column, with how many rows each; a click shows those rows.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./WardReasons.module.css";
import { EXTRA, type Narrowing, type WardView, type Which } from "./wards.ts";

const WHICH: readonly Which[] = ["all", "bad", "ready", "edited"];

export function WardReasons({ ward, narrowing, onLook }: { ward: WardView; narrowing: Narrowing; onLook: (next: Narrowing) => void }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const waiting = ward.account.waiting;
  const counts: Record<Which, number> = { all: waiting, bad: waiting - ward.ready, ready: ward.ready, edited: ward.edited };
  const line = (key: string, label: ReactNode, rows: number, on: boolean, next: Narrowing) => (
    <li key={key}>
      <button type="button" className={`${styles.line} ${on ? styles.on : ""}`} aria-pressed={on} onClick={() => onLook(next)}>
        <span className={styles.label}>{label}</span>
        <b>{format.number(rows)}</b>
      </button>
    </li>
  );
  return (
    <Panel flush title={t("intake.ward.reasons")} className={styles.panel}>
      <ul>
        {WHICH.map((which) => line(which, t(`intake.which.${which}`), counts[which], narrowing.code === "" && narrowing.column === null && narrowing.which === which, { code: "", column: null, which }))}
      </ul>
      <p className={styles.title}>{t("intake.ward.by_reason")}</p>
      <ul>
        {ward.reasons.map((reason) =>
          line(
            `${reason.code} ${reason.column}`,
            <>
              {reason.column && reason.column !== EXTRA ? <span className={styles.column}>{reason.column}</span> : null}
              {say(reason.text)}
            </>,
            reason.rows,
            narrowing.code === reason.code && narrowing.column === reason.column,
            { code: reason.code, column: reason.column, which: "all" },
          ),
        )}
      </ul>
      {ward.reasons.length === 0 ? <p className={styles.none}>{t("intake.ward.no_reasons")}</p> : null}
    </Panel>
  );
}
