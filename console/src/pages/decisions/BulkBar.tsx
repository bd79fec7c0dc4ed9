// What is marked, and one word on all of it.
import { Button } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Bulk.module.css";
import type { Item } from "./data.ts";
import { totals } from "./totals.ts";

export interface BulkBarProps {
  readonly marked: readonly Item[];
  readonly onBulk: (deed: "approve" | "refuse") => void;
  readonly onClear: () => void;
}

export function BulkBar({ marked, onBulk, onClear }: BulkBarProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  if (marked.length === 0) return null;
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("decisions.bulk")}>
      <span className={styles.count}>{t("decisions.bulk.marked", { count: marked.length })}</span>
      <span>{totals(marked.map((item) => item.at_risk)).map((money) => format.money(money)).join(" + ")}</span>
      <span className={styles.deeds}>
        <Button size="small" type="primary" onClick={() => onBulk("approve")}>{t("decisions.approve")}</Button>
        <Button size="small" danger onClick={() => onBulk("refuse")}>{t("decisions.refuse")}</Button>
        <Button size="small" type="text" onClick={onClear}>{t("decisions.bulk.clear")}</Button>
      </span>
    </div>
  );
}
