// How sure a guess is: a word with a tone, and the reason on demand.
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Sureness.module.css";

/** `value` 0 to 1. */
export function Sureness({ value, why }: { value: number; why: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const level = value >= 0.9 ? "sure" : value >= 0.7 ? "likely" : "doubt";
  return (
    <Tooltip title={why}>
      <span className={`${styles.sure} ${styles[level] ?? ""}`} tabIndex={0}>
        <i className={styles.bars} aria-hidden="true">
          <i />
          <i />
          <i />
        </i>
        {t(`intake.sure.${level}`)} <span className="ll-hidden">{format.percent(value, 0)}</span>
      </span>
    </Tooltip>
  );
}
