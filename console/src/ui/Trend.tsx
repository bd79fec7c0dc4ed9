// A trend: arrow, sign and number; never by colour alone, since red means up in China and down elsewhere.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Trend.module.css";

export function Trend({ change, against }: { change: number; against?: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const way = change > 0.0005 ? "up" : change < -0.0005 ? "down" : "flat";
  const arrow = { up: "↑", down: "↓", flat: "→" }[way];
  return (
    <span className={styles.trend}>
      <span aria-hidden="true">{arrow}</span>
      <span className="ll-hidden">{t(`ui.trend.${way}`)}</span> {format.change(way === "flat" ? 0 : change)}
      {against ? <span className={styles.against}> {against}</span> : null}
    </span>
  );
}
