// The conversation with a customer as it was written.
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Talk.module.css";

type Message = components["schemas"]["Message"];

export function Talk({ messages }: { messages: readonly Message[] }): ReactNode {
  const { t } = useWords();
  return (
    <Panel title={t("thing.talk")} note={messages.length ? t("thing.count", { count: messages.length }) : undefined}>
      {messages.length === 0 ? <Empty title={t("thing.talk.none")}>{t("thing.talk.none.what")}</Empty> : null}
      <ol className={styles.talk}>
        {messages.map((one) => (
          <li key={one.message_id} className={one.author === "customer" ? styles.theirs : styles.ours}>
            <p className={styles.text}>{one.text}</p>
            <p className={styles.meta}>
              {t(`thing.author.${one.author}`)} · {one.channel} · <When at={one.sent_at} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
