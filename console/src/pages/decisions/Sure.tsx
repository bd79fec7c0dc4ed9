// How sure a decision or a model is: the calibrated words, and the number behind them.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { type Text, useWords } from "@/words/index.ts";
import styles from "./Sure.module.css";

export function Sure({ words, value }: { words: Text; value: number }): ReactNode {
  const { say, t } = useWords();
  const format = useFormat();
  return (
    <span className={styles.sure} title={t("decisions.sure.about")}>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.fill} style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      {say(words)} <span className={styles.number}>{format.percent(value, 0)}</span>
    </span>
  );
}
