// How long until an answer is due, counted down each second in a place that keeps its width; late is red and says so.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { useSecond } from "./clock.ts";
import styles from "./Countdown.module.css";

const GOLDEN_MS = 30_000; // a rescue is decided within it
const LONG_MS = 100_000; // beyond this a customer has waited too long for a chat
const HOUR_MS = 3_600_000;

export interface CountdownProps {
  /** When the answer is due; nothing: nobody waits. */
  readonly due: string | null | undefined;
  /** Since when the customer waits. */
  readonly since?: string | null;
}

export function Countdown({ due, since }: CountdownProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useSecond();
  if (!due) return <span className={styles.place}>–</span>;
  const left = Date.parse(due) - now;
  const waited = since ? now - Date.parse(since) : 0;
  const tone = left < 0 || waited > LONG_MS ? styles.bad : left < GOLDEN_MS ? styles.warn : styles.calm;
  const size = Math.abs(left) < HOUR_MS ? clock(Math.abs(left)) : format.duration(Math.abs(left));
  return (
    <span className={`${styles.place} ${tone}`} title={t("service.due", { when: format.full(due) })}>
      {left < 0 ? t("service.late", { time: size }) : size}
    </span>
  );
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
