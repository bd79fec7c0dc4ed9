// How a figure stands against the same time of another day: relative for amounts, in points for shares, absolute for few.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { FigureData } from "./data.ts";
import styles from "./Versus.module.css";

export function Versus({ figure, against, label }: { figure: FigureData; against: number | null | undefined; label: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  if (figure.value == null || against == null) return null;
  const gap = figure.value - against;
  const way = Math.abs(gap) < 1e-9 ? "flat" : gap > 0 ? "up" : "down";
  const sign = way === "up" ? "+" : way === "down" ? "−" : "";
  const size = Math.abs(gap);
  const few = figure.unit === "count" && against < 20;
  const shown =
    figure.unit === "share"
      ? t("today.points", { points: `${sign}${format.number(size * 100, 1)}` })
      : few || against === 0
        ? `${sign}${figure.unit === "money" ? format.money({ amount: size, currency: figure.currency }, "compact") : format.number(size)}`
        : format.change(gap / against);
  return (
    <span className={styles.versus}>
      <span aria-hidden="true" className={styles.arrow}>
        {{ up: "↑", down: "↓", flat: "→" }[way]}
      </span>
      <span className="ll-hidden">{t(`ui.trend.${way}`)}</span>
      <span className={styles.size}>{way === "flat" ? "0" : shown}</span>
      <span className={styles.label}>{label}</span>
    </span>
  );
}
