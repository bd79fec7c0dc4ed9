// A figure: one number with its unit, its time, its trend, and its SQL on demand.
import type { ReactNode } from "react";
import { SqlPeek } from "./SqlPeek.tsx";
import { Spark } from "./Spark.tsx";
import { Trend } from "./Trend.tsx";
import styles from "./Figure.module.css";

export interface FigureProps {
  readonly label: string;
  /** The formatted number; undefined while it loads: the place keeps its size. */
  readonly value: string | undefined;
  readonly unit?: ReactNode;
  /** When or over what the number holds: "at 21:59", "since midnight". */
  readonly time?: ReactNode;
  /** Relative change (0.12: 12 % more) and against what. */
  readonly change?: number | null;
  readonly against?: string;
  readonly series?: readonly number[];
  readonly sql?: string;
  readonly tone?: "plain" | "good" | "warn" | "bad";
  readonly children?: ReactNode;
}

export function Figure(props: FigureProps): ReactNode {
  const { label, value, unit, time, change, against, series, sql, tone = "plain", children } = props;
  return (
    <div className={styles.figure} role="group" aria-label={label}>
      <div className={styles.head}>
        <span className={styles.label}>{label}</span>
        {sql ? <SqlPeek sql={sql} about={label} /> : null}
      </div>
      <div className={styles.row}>
        <span className={`${styles.value} ${styles[tone] ?? ""}`} aria-busy={value === undefined}>
          {value ?? <span className={styles.blank} />}
          {unit && value !== undefined ? <span className={styles.unit}>{unit}</span> : null}
        </span>
        {series && series.length > 1 ? <Spark values={series} /> : null}
      </div>
      <div className={styles.foot}>
        {change !== undefined && change !== null ? <Trend change={change} against={against} /> : null}
        {time ? <span>{time}</span> : null}
        {children}
      </div>
    </div>
  );
}
