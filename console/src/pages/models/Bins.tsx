// How sure a model was today: a histogram of its confidence in tenths.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Models.module.css";

export function Bins({ bins }: { bins: readonly number[] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const most = Math.max(1, ...bins);
  const told = bins.map((count, n) => (count ? t("models.bin", { from: format.percent(n / bins.length, 0), to: format.percent((n + 1) / bins.length, 0), count: format.number(count) }) : "")).filter(Boolean);
  return (
    <figure className={styles.bins} role="img" aria-label={`${t("models.bins")}: ${told.join("; ")}`}>
      <div className={styles.bars}>
        {bins.map((count, n) => (
          <i key={n} style={{ height: `${count ? Math.max(4, (count / most) * 100) : 0}%` }} title={t("models.bin", { from: format.percent(n / bins.length, 0), to: format.percent((n + 1) / bins.length, 0), count: format.number(count) })} />
        ))}
      </div>
      <figcaption>
        <span>{format.percent(0, 0)}</span>
        <span>{t("models.bins")}</span>
        <span>{format.percent(1, 0)}</span>
      </figcaption>
    </figure>
  );
}
