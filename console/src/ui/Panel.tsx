// A panel: a titled surface; its content may scroll or fill it to the edge.
import type { ReactNode } from "react";
import styles from "./Panel.module.css";

export interface PanelProps {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  /** Content reaches the panel's edges: tables and lists. */
  readonly flush?: boolean;
  readonly className?: string;
  readonly label?: string;
  readonly children?: ReactNode;
}

export function Panel({ title, note, actions, flush, className, label, children }: PanelProps): ReactNode {
  const named = label ?? (typeof title === "string" ? title : undefined);
  return (
    <section className={`${styles.panel} ${className ?? ""}`} aria-label={named}>
      {title || note || actions ? (
        <div className={styles.head}>
          {title ? <h2 className={styles.title}>{title}</h2> : null}
          {note ? <div className={styles.note}>{note}</div> : null}
          {actions ? <div className={styles.actions}>{actions}</div> : null}
        </div>
      ) : null}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
