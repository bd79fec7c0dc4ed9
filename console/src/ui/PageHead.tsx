// The head of a page: its title, one line of what it is, and what can be done here.
import { type ReactNode, useEffect } from "react";
import styles from "./PageHead.module.css";

export interface PageHeadProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function PageHead({ title, about, actions, children }: PageHeadProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Linkloop 环环`;
  }, [title]);
  return (
    <header className={styles.head}>
      <div className={styles.row}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
          {about ? <p className={styles.about}>{about}</p> : null}
        </div>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
      {children}
    </header>
  );
}
