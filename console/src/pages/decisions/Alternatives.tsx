// The alternatives as bars from zero: score, the chance that each is taken, and what the facts say of each.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { type Text, useWords } from "@/words/index.ts";
import type { Branch, Estimate } from "./data.ts";
import styles from "./Parts.module.css";

export function Alternatives({ branches, unit }: { branches: readonly Branch[]; unit: Text }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const scores = branches.map((branch) => branch.score);
  const low = Math.min(0, ...scores);
  const high = Math.max(0, ...scores);
  const span = high - low || 1;
  const place = (score: number) => ((score - low) / span) * 100;
  return (
    <div className={styles.bars} role="table" aria-label={t("decisions.alternatives")}>
      <p className={styles.heads}>{say(unit)}</p>
      <div className={`${styles.branch} ${styles.heads}`} role="row">
        <span role="columnheader">{t("decisions.alternatives.name")}</span>
        <span role="columnheader" aria-label={t("decisions.alternatives.bar")} />
        <span role="columnheader" className={styles.number}>{t("decisions.alternatives.score")}</span>
        <span role="columnheader" className={styles.number} title={t("decisions.alternatives.chance.about")}>{t("decisions.alternatives.chance")}</span>
      </div>
      {branches.map((branch) => {
        const from = place(Math.min(0, branch.score));
        return (
          <div key={branch.name} className={`${styles.branch} ${branch.chosen ? styles.chosen : ""}`} role="row">
            <span role="cell" className={styles.name}>
              {branch.chosen ? "● " : ""}
              {say(branch.label)}
            </span>
            <span role="cell" className={styles.track} aria-hidden="true">
              <span className={styles.bar} style={{ left: `${from}%`, width: `${(Math.abs(branch.score) / span) * 100}%` }} />
              <span className={styles.zero} style={{ left: `${place(0)}%` }} />
            </span>
            <span role="cell" className={styles.number}>{branch.worth ? format.money(branch.worth) : format.number(branch.score)}</span>
            <span role="cell" className={styles.number}>{format.percent(branch.propensity, 0)}</span>
            {branch.estimates?.length ? (
              <span role="cell" className={styles.estimates}>
                {branch.estimates.map((one) => <One key={one.name.en} one={one} />)}
              </span>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

function One({ one }: { one: Estimate }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const value = one.value ?? 0;
  const shown =
    one.unit === "money" ? format.money(one.money)
    : one.unit === "share" ? format.percent(value, 0)
    : t(`decisions.unit.${one.unit}`, { number: format.number(value, value < 10 ? 1 : 0) });
  return <span>{`${say(one.name)} ${shown}`}</span>;
}
