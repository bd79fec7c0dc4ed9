// Nothing here: what would be, why it is not, and what to do next.
import type { ReactNode } from "react";
import styles from "./Empty.module.css";

export function Empty({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }): ReactNode {
  return (
    <div className={styles.empty}>
      <svg width="72" height="40" viewBox="0 0 72 40" aria-hidden="true">
        <circle cx="26" cy="20" r="14" fill="none" stroke="var(--ll-line)" strokeWidth="4" />
        <circle cx="46" cy="20" r="14" fill="none" stroke="var(--ll-accent)" strokeWidth="4" strokeOpacity="0.45" />
      </svg>
      <p className={styles.title}>{title}</p>
      {children ? <div className={styles.words}>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
