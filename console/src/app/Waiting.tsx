// A page on its way: the place of its head and first panels, so that nothing jumps when it comes.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Waiting.module.css";

export function Waiting(): ReactNode {
  const { t } = useWords();
  return (
    <div className={styles.waiting} aria-busy="true" aria-label={t("app.loading")}>
      <div className={styles.head} />
      <div className={styles.panel} />
    </div>
  );
}
