// What the shop made of a trouble: when it noticed, its alerts, and its decisions, each with the way to its case.
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import { useEcho } from "./data.ts";
import styles from "./Troubles.module.css";

const SHOWN = 3;

export function Echo({ number, on }: { number: number; on: boolean }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const { data } = useEcho(number, on);
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const noticed = data.noticed_after_s;
  return (
    <ul className={styles.echo} aria-label={t("worlds.echo")}>
      {noticed == null ? <li>{t(on ? "worlds.echo.not_yet" : "worlds.echo.never")}</li> : <li className={styles.good}>{t("worlds.echo.noticed", { time: format.duration(noticed * 1000) })}</li>}
      {data.alerts.slice(0, SHOWN).map((alert) => (
        <li key={alert.alert_id} className={styles.bad} data-alert={alert.alert_id}>
          {say(alert.text)} <ThingLink kind="case" id={alert.case_id}>{t("worlds.echo.case")}</ThingLink>
        </li>
      ))}
      {data.events
        .filter((event) => event.kind === "parcel_delayed" || event.kind === "stock_promised")
        .map((event) => (
          <li key={event.kind}>
            {t(`worlds.echo.${event.kind}`, { count: format.number(event.count) })} <ThingLink kind="case" id={event.case_id}>{t("worlds.echo.first_case")}</ThingLink>
          </li>
        ))}
      {data.decided ? <li>{t("worlds.echo.decided", { count: format.number(data.decided) })}</li> : null}
      {data.decisions.slice(0, SHOWN).map((decision) => (
        <li key={decision.id}>
          <ThingLink kind="decision" id={decision.id}>
            {maybe(`worlds.action.${decision.action_kind}`, decision.action_kind)}
          </ThingLink>{" "}
          <StatusTag status={decision.status} /> {format.time(decision.at)} · <ThingLink kind="case" id={decision.case_id}>{t("worlds.echo.case")}</ThingLink>
        </li>
      ))}
    </ul>
  );
}
