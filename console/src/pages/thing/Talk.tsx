// The conversation with a customer as it was written, and where it goes on: at the service desk.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Talk.module.css";

type Message = components["schemas"]["Message"];
type Conversation = components["schemas"]["Conversation"];

export function Talk({ messages, talks }: { messages: readonly Message[]; talks: readonly Conversation[] }): ReactNode {
  const { t, maybe } = useWords();
  return (
    <Panel title={t("thing.talk")} note={messages.length ? t("thing.count", { count: messages.length }) : undefined}>
      {talks.length ? (
        <ul className={styles.talks} aria-label={t("thing.talks")}>
          {talks.map((one) => (
            <li key={one.conversation_id}>
              <Link to="/service/{-$conversation}" params={{ conversation: one.conversation_id }}>{t("thing.talks")}</Link>
              <span>{maybe(`ui.channel.${one.channel}`, one.channel)}</span>
              <Tone tone={one.status === "solved" ? "good" : one.status === "waiting" ? "warn" : "plain"}>{t(`ui.talk.${one.status ?? "open"}`)}</Tone>
              <span className={styles.end}><When at={one.last_customer_at ?? one.opened_at} /></span>
            </li>
          ))}
        </ul>
      ) : null}
      {messages.length === 0 ? <Empty title={t("thing.talk.none")}>{t("thing.talk.none.what")}</Empty> : null}
      <ol className={styles.talk}>
        {messages.map((one) => (
          <li key={one.message_id} className={one.author === "customer" ? styles.theirs : styles.ours}>
            <p className={styles.text}>{one.text}</p>
            <p className={styles.meta}>
              {t(`thing.author.${one.author}`)} · {maybe(`ui.channel.${one.channel}`, one.channel)} · <When at={one.sent_at} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
