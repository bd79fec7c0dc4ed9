// What waits for a person: the money in it by kind of action, and the one that must be decided first.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { Left } from "@/ui/Left.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import { useFigureText } from "./TodayFigure.tsx";
import styles from "./AtRisk.module.css";

export function AtRisk({ data }: { data: TodayData | undefined }): ReactNode {
  const { t, maybe, say } = useWords();
  const text = useFigureText();
  const figure = data?.figures.find((one) => one.name === "at_risk");
  const held = data?.at_risk.reduce((sum, one) => sum + one.held, 0) ?? 0;
  return (
    <Panel
      title={t("today.risk")}
      actions={figure ? <SqlPeek sql={figure.sql ?? ""} about={t("today.figure.at_risk")} /> : null}
    >
      {data && held === 0 ? (
        <Empty title={t("today.risk.none")}>{t("today.risk.none.what")}</Empty>
      ) : (
        <div className={styles.risk}>
          <p className={styles.sum}>
            <span className={styles.money}>{figure ? text(figure) : "\u00a0"}</span>
            <span className={styles.held}>{data ? t("today.risk.held", { count: held }) : "\u00a0"}</span>
          </p>
          <ul className={styles.kinds}>
            {data?.at_risk.map((one) => (
              <li key={one.action_kind} className={styles.kind}>
                <Link to="/decisions" search={{ id: one.decision_id }} className={styles.link}>
                  <span className={styles.row}>
                    <span className={styles.name}>{maybe(`today.action.${one.action_kind}`, one.action_kind)}</span>
                    <span className={styles.count}>{t("today.risk.count", { count: one.held })}</span>
                    <span className={styles.amount}>
                      <Money value={{ amount: one.money, currency: data.currency }} style="whole" />
                    </span>
                  </span>
                  <span className={styles.reason}>{say(one.reason)}</span>
                  {one.first_due ? (
                    <span className={styles.due}>
                      {t("today.risk.first")} <Left until={one.first_due} />
                    </span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
          <Link to="/decisions" className={styles.all}>
            {t("today.risk.all")}
          </Link>
        </div>
      )}
    </Panel>
  );
}
