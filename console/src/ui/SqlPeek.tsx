// The SQL behind a number, on demand: read it, copy it, or open it in the workbench.
import { CodeOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Popover } from "antd";
import type { ReactNode } from "react";
import { useSession } from "@/app/session.ts";
import { useWords } from "@/words/index.ts";
import styles from "./SqlPeek.module.css";

export function SqlPeek({ sql, about }: { sql: string; about?: string }): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const content = (
    <div className={styles.peek}>
      <pre className={styles.sql} tabIndex={0}>
        {sql}
      </pre>
      <div className={styles.actions}>
        <Button size="small" onClick={() => void navigator.clipboard?.writeText(sql)}>
          {t("ui.sql.copy")}
        </Button>
        {may("sql") ? (
          <Link to="/data/sql" search={{ query: sql }}>
            {t("ui.sql.open")}
          </Link>
        ) : null}
      </div>
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottom">
      <button type="button" className={styles.button} aria-label={t("ui.sql.show", { about: about ?? "" })} title="SQL">
        <CodeOutlined />
      </button>
    </Popover>
  );
}
