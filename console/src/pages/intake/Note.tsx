// A note in the page: what to know before going on, with a tone; quieter than an error.
import { CheckCircleFilled, ExclamationCircleFilled, InfoCircleFilled } from "@ant-design/icons";
import type { ReactNode } from "react";
import styles from "./Note.module.css";

const ICONS = { info: <InfoCircleFilled />, warn: <ExclamationCircleFilled />, bad: <ExclamationCircleFilled />, good: <CheckCircleFilled /> } as const;

export function Note({ tone, title, children, className }: { tone: keyof typeof ICONS; title: string; children?: ReactNode; className?: string }): ReactNode {
  return (
    <div className={`${styles.note} ${styles[tone] ?? ""} ${className ?? ""}`} role={tone === "bad" ? "alert" : "note"}>
      <span className={styles.icon} aria-hidden="true">
        {ICONS[tone]}
      </span>
      <div className={styles.words}>
        <b>{title}</b>
        {children ? <div>{children}</div> : null}
      </div>
    </div>
  );
}
