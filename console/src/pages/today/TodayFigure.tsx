// One figure of the home page: its number, its unit, its shape today, and how it stands against yesterday and last week.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Figure } from "@/ui/Figure.tsx";
import { useWords } from "@/words/index.ts";
import type { FigureData } from "./data.ts";
import { DaySpark } from "./DaySpark.tsx";
import { Versus } from "./Versus.tsx";
import styles from "./Figures.module.css";

/** The figure's number as the page writes it. */
export function useFigureText(): (figure: FigureData) => string {
  const format = useFormat();
  return (figure) => {
    if (figure.value == null) return "–";
    if (figure.unit === "share") return format.percent(figure.value, 1);
    if (figure.unit === "count") return format.number(figure.value);
    const money = { amount: Math.round(figure.value), currency: figure.currency };
    if (figure.name === "order_value") return format.money(money);
    return format.money(money, Math.abs(money.amount) < 1e9 ? "whole" : "compact");
  };
}

export function TodayFigure({ name, figure }: { name: FigureData["name"]; figure: FigureData | undefined }): ReactNode {
  const { t } = useWords();
  const text = useFigureText();
  const format = useFormat();
  const bad = figure?.name === "alerts" || figure?.name === "late_parcels";
  return (
    <Figure
      label={t(`today.figure.${name}`)}
      value={figure ? text(figure) : undefined}
      unit={figure?.unit === "count" ? t(`today.unit.${name}`) : undefined}
      sql={figure?.sql}
      tone={bad && (figure?.value ?? 0) > 0 ? "warn" : "plain"}
    >
      <span className={styles.compared} title={figure ? t("today.vs.what", { time: format.time(figure.at) }) : undefined}>
        {figure ? <Versus figure={figure} against={figure.yesterday} label={t("today.vs.yesterday")} /> : null}
        {figure ? <Versus figure={figure} against={figure.last_week} label={t("today.vs.week")} /> : null}
        {figure && figure.value == null ? <span>{t(`today.none.${name}`)}</span> : null}
        {figure && figure.yesterday == null && figure.last_week == null && figure.value != null ? (
          <span>{t("today.until", { time: format.time(figure.at) })}</span>
        ) : null}
      </span>
      <span className={styles.spark}>{figure ? <DaySpark today={figure.series ?? []} before={figure.before ?? []} /> : null}</span>
    </Figure>
  );
}
