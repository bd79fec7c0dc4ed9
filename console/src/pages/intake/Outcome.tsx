// What the mapping would make of the rows: at once for the first ones, then for all; and why some would stay out.
import { Spin } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { Account } from "./Account.tsx";
import { type TryReport, useMeanings } from "./api.ts";
import styles from "./Outcome.module.css";

export interface OutcomeProps {
  readonly sample: TryReport | undefined;
  readonly whole: TryReport | undefined;
  readonly counting: boolean;
  readonly error: unknown;
}

export function Outcome({ sample, whole, counting, error }: OutcomeProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { data } = useMeanings();
  const shown = whole ?? sample;
  if (error) return <ErrorNote error={error} />;
  if (!shown) return <div className={styles.outcome} aria-busy="true" />;
  if (shown.problems.length)
    return (
      <div className={styles.outcome} role="status">
        <Tone tone="warn">{t("intake.outcome.problems")}</Tone>
        <ul className={styles.problems}>
          {shown.problems.map((one) => (
            <li key={one.en}>{say(one)}</li>
          ))}
        </ul>
      </div>
    );
  const tables = Object.entries(shown.tables ?? {});
  return (
    <div className={styles.outcome} role="status">
      <p className={styles.scope}>
        {shown.whole ? t("intake.outcome.whole") : t("intake.outcome.sample", { rows: format.number(shown.rows) })}
        {counting ? (
          <span className={styles.counting}>
            <Spin size="small" /> {t("intake.outcome.counting")}
          </span>
        ) : null}
      </p>
      <Account
        rowsIn={shown.rows}
        quiet
        parts={[
          { name: "kept", rows: shown.kept },
          { name: "waiting", rows: shown.quarantined },
        ]}
      />
      {tables.length ? (
        <p className={styles.tables}>
          {t("intake.outcome.fills")}
          {tables.map(([table, rows]) => (
            <span key={table}>
              {say(data?.find((one) => one.table === table)?.title) || table} <b>{format.number(rows)}</b>
            </span>
          ))}
        </p>
      ) : null}
    </div>
  );
}

/** Why rows would stay out, most frequent first. */
export function Reasons({ report, onColumn }: { report: TryReport | undefined; onColumn: (column: string) => void }): ReactNode {
  const { say } = useWords();
  const format = useFormat();
  if (!report?.reasons.length) return null;
  return (
    <ul className={styles.reasons}>
        {report.reasons.slice(0, 8).map((reason) => (
          <li key={`${reason.code} ${reason.column}`}>
            <b>{format.number(reason.rows)}</b>
            <span>
              {reason.column ? (
                <button type="button" className={styles.column} onClick={() => onColumn(reason.column)}>
                  {reason.column}
                </button>
              ) : null}
              {say(reason.text)}
              {reason.examples[0] ? <code className={styles.example}>{reason.examples.slice(0, 2).map((one) => one.value.slice(0, 40) || "∅").join("  ·  ")}</code> : null}
            </span>
          </li>
        ))}
    </ul>
  );
}
