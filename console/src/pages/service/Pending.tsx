// Decisions that wait and belong to this conversation: about it, about its order, or of its story; decided in place.
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError, get, onceKey, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useSession } from "@/app/session.ts";
import { useRefresh } from "@/live/useRefresh.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { Left } from "@/ui/Left.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, type Conversation, talkKey } from "./data.ts";
import styles from "./Pending.module.css";

type Item = components["schemas"]["InboxItem"];
type Page = components["schemas"]["InboxPage"];
const MOST = 5;

export function Pending({ row }: { row: Conversation }): ReactNode {
  const { t, say } = useWords();
  const { may } = useSession();
  const client = useQueryClient();
  const [busy, setBusy] = useState("");
  const [refusing, setRefusing] = useState<Item | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const key = [AREA, "pending"] as const;
  useRefresh(key, ["decisions"], 1000);
  const asked = [{ about: row.conversation_id }, ...(row.order_id ? [{ about: row.order_id }] : []), ...(row.case_id ? [{ case_id: row.case_id }] : [])];
  const items = useQueries({
    queries: asked.map((query) => ({ queryKey: [...key, query], queryFn: ({ signal }: { signal: AbortSignal }) => get<Page>("/inbox", { ...query, limit: 20 }, signal) })),
    combine: (answers) => [...new Map(answers.flatMap((one) => one.data?.items ?? []).map((item) => [item.id, item])).values()],
  });
  if (items.length === 0) return null;

  const decide = async (deed: "approve" | "refuse", item: Item, note: string) => {
    setBusy(item.id);
    setProblem(null);
    try {
      await post(`/decisions/${encodeURIComponent(item.id)}/${deed}`, { note }, { once: onceKey() });
      toast({ text: t(`service.pending.done.${deed}`, { what: say(item.title) }), tone: "good" });
      setRefusing(null);
    } catch (error) {
      setProblem(error);
      if (deed === "approve") toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    } finally {
      setBusy("");
      void client.invalidateQueries({ queryKey: key });
      void client.invalidateQueries({ queryKey: talkKey(row.conversation_id) });
    }
  };
  return (
    <section className={styles.pending} aria-label={t("service.pending")}>
      <h3 className={styles.title}>{t("service.pending")}</h3>
      <ul className={styles.list}>
        {items.slice(0, MOST).map((item) => (
          <li key={item.id} className={styles.item} data-decision={item.id}>
            <span className={styles.what}>
              <ThingLink kind="decision" id={item.id}>{say(item.title)}</ThingLink>
              <span className={styles.why}>{say(item.waits) || say(item.reason)}</span>
            </span>
            <Left until={item.decide_by} />
            {may("decide") ? (
              <span className={styles.deeds}>
                <Button size="small" type="primary" ghost data-pending-approve="" loading={busy === item.id} disabled={busy !== ""} aria-label={`${t("service.pending.approve")}: ${say(item.title)}`} onClick={() => void decide("approve", item, "")}>
                  {t("service.pending.approve")} {item === items[0] ? <Keys keys="A" /> : null}
                </Button>
                <Button size="small" danger disabled={busy !== ""} aria-label={`${t("service.pending.refuse")}: ${say(item.title)}`} onClick={() => setRefusing(item)}>
                  {t("service.pending.refuse")}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {items.length > MOST ? <p className={styles.why}>{t("service.pending.more", { count: items.length - MOST })}</p> : null}
      <ReasonDialog
        open={refusing !== null}
        title={t("service.pending.refuse.title")}
        about={say(refusing?.title)}
        usual={[t("service.pending.reason.otherway"), t("service.pending.reason.policy"), t("service.pending.reason.facts")]}
        action={t("service.pending.refuse")}
        danger
        busy={busy !== ""}
        problem={<ErrorNote error={problem} />}
        onDone={(note) => refusing && void decide("refuse", refusing, note)}
        onCancel={() => setRefusing(null)}
      />
    </section>
  );
}
