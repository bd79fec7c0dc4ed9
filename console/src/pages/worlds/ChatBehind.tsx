// Behind the chat: what the shop understood of each message and decided, with the way to its case.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useRefresh } from "@/live/useRefresh.ts";
import { intentsOf } from "@/pages/models/intents.ts";
import { Panel } from "@/ui/Panel.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Chat.module.css";

type Told = components["schemas"]["ChatTold"];

export function ChatBehind({ session }: { session: string }): ReactNode {
  const { t } = useWords();
  const key = ["worlds", "chat", session] as const;
  useRefresh(key, ["message_received", "decisions"], 700);
  const { data } = useQuery({ queryKey: key, queryFn: () => get<Told[]>(`/chats/${encodeURIComponent(session)}/behind`), enabled: session !== "", refetchInterval: 5000 });
  return (
    <Panel title={t("chat.behind")} label={t("chat.behind")}>
      {data?.length ? (
        <div className={styles.behind}>
          {data.map((told) => (
            <One key={told.message_id} told={told} />
          ))}
        </div>
      ) : (
        <p className={styles.quiet}>{t("chat.behind.empty")}</p>
      )}
    </Panel>
  );
}

function One({ told: { text, at, case_id, decisions } }: { told: Told }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  return (
    <article className={styles.told}>
      <header>
        <q>{text}</q>
        <small>
          {format.time(at, true)} · <ThingLink kind="case" id={case_id}>{t("chat.case")}</ThingLink>
        </small>
      </header>
      {decisions.length ? (
        decisions.map((decision) => (
          <div key={decision.id} className={styles.decided} data-decision={decision.id}>
            <div>
              <ThingLink kind="decision" id={decision.id ?? ""}>
                {maybe(`worlds.action.${decision.action_kind}`, decision.action_kind)}
              </ThingLink>{" "}
              <StatusTag status={decision.status ?? ""} />
            </div>
            <p>{say(decision.reason)}</p>
            <small>
              {(decision.asked ?? []).map((asked) => t("chat.understood", { question: maybe(`models.question.${asked.question}`, asked.question), answer: plain(asked.answered, maybe), sure: format.percent(asked.confidence, 0) })).join(" · ")}
            </small>
            {decision.status === "held" ? <p className={styles.held}>{t("chat.held")}</p> : null}
          </div>
        ))
      ) : (
        <p className={styles.quiet}>{t("chat.nothing")}</p>
      )}
    </article>
  );
}

/** What a text was read as; of other answers the first word: a mood. */
function plain(answered: Record<string, unknown>, maybe: (key: string, otherwise: string) => string): string {
  const [main] = intentsOf(answered.intents, maybe);
  if (main) return main;
  const first = Object.values(answered).find((value) => typeof value === "string");
  return typeof first === "string" ? maybe(`models.answer.${first}`, first) : "–";
}
