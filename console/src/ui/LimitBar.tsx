// How much of a limit is used, as a bar with its numbers in words.
import type { ReactNode } from "react";
import styles from "./LimitBar.module.css";

export interface LimitBarProps {
  readonly used: number;
  readonly limit: number;
  readonly label: string;
  readonly text: ReactNode;
}

export function LimitBar({ used, limit, label, text }: LimitBarProps): ReactNode {
  const share = limit > 0 ? used / limit : used > 0 ? 2 : 0;
  const tone = share > 1 ? styles.over : share > 0.8 ? styles.near : "";
  return (
    <div className={styles.limit}>
      <div className={styles.text}>
        <span>{label}</span>
        <span>{text}</span>
      </div>
      <div className={styles.track} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={Math.max(limit, used)} aria-valuenow={used}>
        <div className={`${styles.fill} ${tone}`} style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
    </div>
  );
}
