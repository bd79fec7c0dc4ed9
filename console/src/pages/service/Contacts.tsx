// Who the customer is on every channel: what links each, who else an unknown sender may be, and how to say so or take it back.
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError, onceKey, post } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { QUEUE, type TalkData, talkKey } from "./data.ts";
import styles from "./Side.module.css";

export function Contacts({ talk }: { talk: TalkData }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [splitting, setSplitting] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const { known } = talk;
  const links = known.links ?? [];
  const contacts = new Map([...(known.contact ? [known.contact] : []), ...(known.contacts ?? [])].map((one) => [one.contact_id, one]));
  const suggestions = known.suggestions ?? [];
  if (contacts.size === 0 && suggestions.length === 0) return null;

  const act = async (contact: string, deed: "merge" | "split" | "refuse", body: Readonly<Record<string, string>>) => {
    setBusy(true);
    setProblem(null);
    try {
      await post(`/service/contacts/${encodeURIComponent(contact)}/${deed}`, body, { once: onceKey() });
      toast({ text: t(`service.contact.done.${deed}`), tone: "good" });
      setSplitting("");
    } catch (error) {
      setProblem(error);
      if (deed !== "split") toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: talkKey(talk.conversation.conversation_id) });
      void client.invalidateQueries({ queryKey: QUEUE });
    }
  };
  return (
    <section className={styles.part} aria-label={t("service.contacts")}>
      <h3 className={styles.title}>{t("service.contacts")}</h3>
      <ul className={styles.list}>
        {[...contacts.values()].map((one) => {
          const link = links.find((other) => other.contact_id === one.contact_id && other.customer_id);
          return (
            <li key={one.contact_id} className={styles.line}>
              <span>{maybe(`ui.channel.${one.channel}`, one.channel)}</span>
              <span className={styles.quiet}>{one.name || one.address}</span>
              {link ? <Tone tone="plain">{t(`service.link.${link.how}`)}</Tone> : <Tone tone="warn">{t("service.link.none")}</Tone>}
              {link && link.how !== "session" && may("decide") ? (
                <span className={styles.end}>
                  <Button size="small" type="text" onClick={() => setSplitting(one.contact_id)}>{t("service.split")}</Button>
                </span>
              ) : null}
            </li>
          );
        })}
        {suggestions.map((one) => (
          <li key={`${one.contact_id}/${one.customer_id}`} className={styles.suggestion} data-suggestion={one.customer_id}>
            <span>
              {t("service.suggestion", { share: format.percent(one.score, 0) })} <ThingLink kind="customer" id={one.customer_id} />
            </span>
            <span className={styles.quiet}>{one.because.map((why) => maybe(`service.because.${why.replace(/\W+/g, "_")}`, why)).join(" · ")}</span>
            {may("decide") ? (
              <span className={styles.line}>
                <Button size="small" type="primary" ghost disabled={busy} onClick={() => void act(one.contact_id, "merge", { customer_id: one.customer_id })}>{t("service.suggestion.yes")}</Button>
                <Button size="small" disabled={busy} onClick={() => void act(one.contact_id, "refuse", { customer_id: one.customer_id, note: "" })}>{t("service.suggestion.no")}</Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      <ReasonDialog
        open={splitting !== ""}
        title={t("service.split.title")}
        about={t("service.split.about")}
        action={t("service.split")}
        required={false}
        busy={busy}
        problem={<ErrorNote error={problem} />}
        onDone={(note) => void act(splitting, "split", { note })}
        onCancel={() => setSplitting("")}
      />
    </section>
  );
}
