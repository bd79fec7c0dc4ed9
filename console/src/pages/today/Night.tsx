// What the loop did while nobody looked: decided, done, held and refused by kind, money out, and what it noticed.
import { Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import type { ReactNode } from "react";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { NIGHTS, type TodayData } from "./data.ts";
import styles from "./Night.module.css";

const SEVERITY = { notice: "info", warning: "warn", critical: "bad" } as const;

export function Night({ data, hours, onHours }: { data: TodayData | undefined; hours: number; onHours: (hours: number) => void }): ReactNode {
  const { t, maybe, say } = useWords();
  const night = data?.night;
  const money = (amount: number) => <Money value={{ amount, currency: data?.currency ?? "CNY" }} style="whole" />;
  return (
    <Panel
      title={t("today.night")}
      note={
        night ? (
          <>
            {t("today.since")} <When at={night.since} />
          </>
        ) : undefined
      }
      actions={
        <>
          <Segmented<number>
            size="small"
            value={hours}
            onChange={onHours}
            options={NIGHTS.map((one) => ({ value: one, label: t(one ? `today.night.hours.${one}` : "today.night.midnight") }))}
          />
          {night ? <SqlPeek sql={night.sql} about={t("today.night")} /> : null}
        </>
      }
    >
      <div className={styles.night}>
        <div className={styles.scroll} role="region" aria-label={t("today.night")} tabIndex={0}>
          <table className={styles.table}>
            <caption className="ll-hidden">{t("today.night")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("today.night.kind")}</th>
                <th scope="col">{t("today.night.decided")}</th>
                <th scope="col">{t("today.night.done")}</th>
                <th scope="col">{t("today.night.held")}</th>
                <th scope="col">{t("today.night.refused")}</th>
                <th scope="col">{t("today.night.out")}</th>
              </tr>
            </thead>
            <tbody>
              {night?.kinds.map((kind) => (
                <tr key={kind.action_kind}>
                  <th scope="row">{maybe(`today.action.${kind.action_kind}`, kind.action_kind)}</th>
                  <td>{kind.decided}</td>
                  <td>{kind.done}</td>
                  <td>{kind.held ? <Tone tone="accent">{kind.held}</Tone> : kind.held}</td>
                  <td title={kind.lapsed ? t("today.night.lapsed", { count: kind.lapsed }) : undefined}>{kind.refused + kind.lapsed}</td>
                  <td>{kind.money_out ? money(kind.money_out) : "–"}</td>
                </tr>
              ))}
              {night && night.kinds.length === 0 ? (
                <tr>
                  <td colSpan={6} className={styles.nothing}>
                    {t("today.night.nothing")}
                  </td>
                </tr>
              ) : null}
            </tbody>
            {night && night.kinds.length > 1 ? (
              <tfoot>
                <tr>
                  <th scope="row">{t("today.night.all")}</th>
                  <td>{sum(night.kinds, (kind) => kind.decided)}</td>
                  <td>{sum(night.kinds, (kind) => kind.done)}</td>
                  <td>{sum(night.kinds, (kind) => kind.held)}</td>
                  <td>{sum(night.kinds, (kind) => kind.refused + kind.lapsed)}</td>
                  <td>{money(night.money_out)}</td>
                </tr>
              </tfoot>
            ) : null}
          </table>
        </div>
        <div className={styles.noticed}>
          <h3 className={styles.head}>{t("today.noticed")}</h3>
          <ul className={styles.list}>
            {night?.noticed.slice(-5).reverse().map((mark) => (
              <li key={mark.alert_id} className={styles.mark}>
                <Tone tone={SEVERITY[mark.severity as keyof typeof SEVERITY] ?? "info"}>{t(`today.severity.${mark.severity}`)}</Tone>
                <span className={styles.text}>{mark.case_id ? <Link to="/case/$id" params={{ id: mark.case_id }}>{say(mark.text)}</Link> : say(mark.text)}</span>
                <span className={styles.when}>
                  <When at={mark.opened_at} style="time" />
                </span>
              </li>
            ))}
            {night && night.noticed.length === 0 ? <li className={styles.calm}>{t("today.noticed.none")}</li> : null}
            {night?.told ? <li className={styles.calm}>{t("today.noticed.told", { count: night.told })}</li> : null}
          </ul>
        </div>
      </div>
    </Panel>
  );
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
