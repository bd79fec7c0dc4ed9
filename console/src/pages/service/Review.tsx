// Review: a fair sample of what is over, read as it was written, marked by a rubric; a key for each mark.
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Radio } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "@tanstack/react-router";
import { ApiError, post } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { at, useTalk } from "./data.ts";
import { type Marks, REPORT, SAMPLE, useReport, useSample } from "./figures.ts";
import { MoodTag } from "./moods.tsx";
import styles from "./Review.module.css";
import { Thread } from "./Thread.tsx";

const MARKS = [0, 1, 2] as const;
const FIELDS = ["right", "grounded", "kind", "within_policy"] as const;
type Given = Readonly<Partial<Record<(typeof FIELDS)[number], number>>>;

export function Review(): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const client = useQueryClient();
  const sample = useSample();
  const report = useReport();
  const [skipped, setSkipped] = useState(0);
  const [given, setGiven] = useState<Given>({});
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const items = sample.data?.items ?? [];
  const row = items[skipped % Math.max(1, items.length)];
  const talk = useTalk(row?.conversation_id ?? "");
  const ready = FIELDS.every((field) => given[field] !== undefined);
  const next = () => {
    setGiven({});
    setNote("");
    setSkipped(skipped + 1);
  };
  const save = async () => {
    if (!row) return;
    setBusy(true);
    try {
      await post(at(row.conversation_id, "/review"), { ...given, note } as Marks);
      toast({ text: t("service.review.done"), tone: "good" });
      setGiven({});
      setNote("");
      await client.invalidateQueries({ queryKey: SAMPLE });
      void client.invalidateQueries({ queryKey: REPORT });
    } catch (error) {
      toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  const marks = report.data;
  return (
    <Panel title={t("service.review")} note={sample.data ? t("service.review.left", { count: format.number(sample.data.of) }) : undefined} className={styles.panel}>
      <ErrorNote error={sample.error ?? report.error} again={() => void sample.refetch()} />
      {sample.data && !row ? <Empty title={t("service.review.none")}>{t("service.review.none.about")}</Empty> : null}
      {row ? (
        <>
          <p className={styles.head}>
            <Link to="/service/{-$conversation}" params={{ conversation: row.conversation_id }}>{talk.data?.known.customer?.name || t("service.visitor")}</Link>
            <MoodTag mood={row.mood} />
            {row.stars ? <span>{t("service.rated", { stars: row.stars })}</span> : null}
            <span className={styles.quiet}>{t("service.review.solved", { when: format.when(row.solved_at) })}</span>
          </p>
          <div className={styles.thread}>{talk.data?.conversation.conversation_id === row.conversation_id ? <Thread key={row.conversation_id} talk={talk.data} unsent={[]} onAgain={nothing} onDrop={nothing} /> : null}</div>
          {may("decide") ? (
            <div className={styles.rubric}>
              {FIELDS.map((field) => (
                <div key={field} className={styles.line} role="group" aria-label={say(sample.data?.rubric[field])}>
                  <span>{say(sample.data?.rubric[field])}</span>
                  <Radio.Group size="small" optionType="button" value={given[field]} options={MARKS.map((value) => ({ value, label: t(`service.mark.${value}`) }))} onChange={(event) => setGiven({ ...given, [field]: event.target.value as number })} />
                </div>
              ))}
              <div className={styles.foot}>
                <Input value={note} maxLength={2000} placeholder={t("service.review.note")} aria-label={t("service.review.note")} onChange={(event) => setNote(event.target.value)} />
                <Button onClick={next} disabled={items.length < 2}>{t("service.review.skip")}</Button>
                <Button type="primary" disabled={!ready} loading={busy} onClick={() => void save()}>{t("service.review.save")}</Button>
              </div>
            </div>
          ) : null}
        </>
      ) : null}
      {marks?.reviews ? (
        <table className={styles.marks}>
          <caption>{t("service.review.report", { count: format.number(marks.reviews) })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("service.review.mark")}</th>
              <th scope="col">{t("service.review.all")}</th>
              <th scope="col">{t("service.author.bot")}</th>
              <th scope="col">{t("service.quality.people")}</th>
            </tr>
          </thead>
          <tbody>
            {FIELDS.map((field) => (
              <tr key={field}>
                <th scope="row">{say(sample.data?.rubric[field])}</th>
                {[marks.marks, marks.bot, marks.person].map((one, n) => (
                  <td key={n}>{one[field] === undefined ? "–" : format.number(one[field], 2)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </Panel>
  );
}

const nothing = () => {};
