// Service now: who waits for an answer, and how long answers take today.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useNow } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import styles from "./Service.module.css";

const LONG_MS = 100_000; // beyond this a customer has waited too long for a chat

export function Service({ data }: { data: TodayData | undefined }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const service = data?.service;
  const waiting = data?.figures.find((one) => one.name === "waiting");
  return (
    <Panel title={t("today.service")} actions={service ? <SqlPeek sql={service.sql} about={t("today.service")} /> : null}>
      <dl className={styles.facts}>
        <div>
          <dt>{t("today.service.waiting")}</dt>
          <dd>{waiting ? format.number(waiting.value) : "\u00a0"}</dd>
        </div>
        <div>
          <dt>{t("today.service.messages")}</dt>
          <dd>{service ? format.number(service.messages) : "\u00a0"}</dd>
        </div>
        <div>
          <dt>{t("today.service.answered")}</dt>
          <dd>{service ? format.number(service.answered) : "\u00a0"}</dd>
        </div>
        <div>
          <dt>{t("today.service.wait")}</dt>
          <dd>{service?.median_wait_s == null ? "–" : format.duration(service.median_wait_s * 1000)}</dd>
        </div>
      </dl>
      {service && service.waiting.length === 0 ? (
        <Empty title={t("today.service.none")}>{t("today.service.none.what")}</Empty>
      ) : (
        <ul className={styles.list}>
          {service?.waiting.slice(0, 6).map((one) => {
            const since = now.getTime() - Date.parse(one.since);
            return (
              <li key={one.conversation_id} className={styles.line}>
                <Link to="/service/{-$conversation}" params={{ conversation: one.conversation_id }} className={styles.text}>{one.text}</Link>
                <span className={styles.more}>
                  {one.customer_id ? <ThingLink kind="customer" id={one.customer_id} /> : t("today.service.visitor")} · {one.channel}
                </span>
                <Tone tone={since > LONG_MS ? "bad" : "plain"}>{format.duration(Math.max(0, since))}</Tone>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
