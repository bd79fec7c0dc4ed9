// The raw form of something, one click away from its words.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./SqlPeek.module.css";

export function JsonPeek({ value, title }: { value: unknown; title?: string }): ReactNode {
  const { t } = useWords();
  return (
    <details>
      <summary>{title ?? t("ui.json")}</summary>
      <pre className={styles.sql} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
