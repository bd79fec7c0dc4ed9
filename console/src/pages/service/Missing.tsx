// What is wrong with the articles, both sides beside each other; and what customers asked that no article answers.
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { toast } from "@/ui/toast.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { closeGap, type Gap, KNOWLEDGE, useArticle, useCoverage, useGaps, useProblems } from "./articles.ts";
import { Markdown } from "./Markdown.tsx";
import styles from "./Missing.module.css";

export function Problems({ onOpen }: { onOpen: (id: string) => void }): ReactNode {
  const { t, say } = useWords();
  const { data, error, refetch } = useProblems();
  return (
    <div className={styles.stack}>
      <ErrorNote error={error} again={() => void refetch()} />
      {data?.length === 0 ? <Empty title={t("service.knowledge.problems.none")}>{t("service.knowledge.problems.none.about")}</Empty> : null}
      {data?.map((one) => (
        <Panel key={`${one.article_id} ${one.kind} ${one.other_id}`} title={one.title} note={<Tone tone={one.kind === "contradicts" ? "bad" : "warn"}>{t(`service.knowledge.problem.${one.kind}`)}</Tone>} actions={<When at={one.found_at} style="date" />}>
          <p className={styles.says}>{say(one.says)}</p>
          <div className={styles.both}>
            <Shown id={one.article_id} onOpen={onOpen} />
            {one.other_id ? <Shown id={one.other_id} onOpen={onOpen} /> : null}
          </div>
        </Panel>
      ))}
    </div>
  );
}

function Shown({ id, onOpen }: { id: string; onOpen: (id: string) => void }): ReactNode {
  const { t } = useWords();
  const { data } = useArticle(id);
  return (
    <div className={styles.side}>
      <p className={styles.name}>
        <b>{data?.title ?? id}</b>
        <Button size="small" onClick={() => onOpen(id)}>{t("service.knowledge.open")}</Button>
      </p>
      {data ? <Markdown text={data.body} /> : null}
    </div>
  );
}

export function Missing({ onWrite }: { onWrite: (title: string, language: string, asked: readonly string[]) => void }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const client = useQueryClient();
  const gaps = useGaps();
  const coverage = useCoverage();
  const done = coverage.data;
  const close = async (gap: Gap) => {
    try {
      await closeGap(gap);
      toast({ text: t("service.knowledge.gap.closed"), tone: "good" });
    } catch (error) {
      toast({ text: error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    }
    void client.invalidateQueries({ queryKey: KNOWLEDGE });
  };
  return (
    <div className={styles.stack}>
      <ErrorNote error={gaps.error ?? coverage.error} again={() => void gaps.refetch()} />
      <section className={styles.numbers} aria-label={t("service.knowledge.coverage")}>
        <Figure label={t("service.knowledge.coverage")} value={done ? format.percent(done.share) : coverage.error ? "–" : undefined} time={done ? t("service.knowledge.coverage.of", { answered: format.number(done.answered), questions: format.number(done.questions), days: done.days }) : undefined} sql={done?.sql} />
        <Figure label={t("service.knowledge.unused")} value={done ? format.number(done.unused.length) : coverage.error ? "–" : undefined} time={t("service.knowledge.unused.about")} />
      </section>
      <Panel title={t("service.knowledge.gaps")} flush>
        {gaps.data?.length === 0 ? <Empty title={t("service.knowledge.gaps.none")}>{t("service.knowledge.gaps.none.about")}</Empty> : null}
        <ul>
          {gaps.data?.map((gap) => (
            <li key={gap.gap_ids.join()} className={styles.gap}>
              <b className={styles.times}>{t("service.knowledge.asked", { count: gap.asked })}</b>
              <span className={styles.words}>
                <span>{gap.example}</span>
                <span className={styles.quiet}>{gap.intent ? maybe(`service.intent.${gap.intent}`, gap.intent) : ""} · <When at={gap.last_at} /></span>
                {gap.others.length ? <span className={styles.quiet}>{gap.others.slice(0, 3).join(" · ")}</span> : null}
              </span>
              {may("decide") ? (
                <span className={styles.deeds}>
                  <Button size="small" onClick={() => onWrite(gap.example.slice(0, 120), /[\u3400-\u9fff]/.test(gap.example) ? "zh" : "en", [gap.example, ...gap.others].map((one) => one.trim().slice(0, 200)))}>{t("service.knowledge.write")}</Button>
                  <Button size="small" type="text" onClick={() => void close(gap)}>{t("service.knowledge.close")}</Button>
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
