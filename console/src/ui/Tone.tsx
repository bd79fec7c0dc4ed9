// A word with a tone: good, warn, bad, info, accent or plain, as a soft label.
import type { ReactNode } from "react";
import styles from "./Tone.module.css";

export type ToneName = "plain" | "good" | "warn" | "bad" | "info" | "accent";

export function Tone({ tone = "plain", children }: { tone?: ToneName; children: ReactNode }): ReactNode {
  return <span className={`${styles.tone} ${styles[tone] ?? ""}`}>{children}</span>;
}
