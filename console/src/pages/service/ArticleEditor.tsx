// One article, edited in place: Markdown beside what readers see, how long it holds, and the same in the other language.
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useSession } from "@/app/session.ts";
import { dayBegins } from "@/format/days.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Article, KINDS, KNOWLEDGE, LANGUAGES, save, withdraw } from "./articles.ts";
import styles from "./ArticleEditor.module.css";
import { Markdown } from "./Markdown.tsx";

export interface ArticleEditorProps {
  readonly article: Article;
  /** Articles of the same topic: the other language, and what must not contradict it. */
  readonly twins: readonly Article[];
  readonly fresh: boolean;
  readonly onOpen: (id: string) => void;
  readonly onSaved: (id: string) => void;
}

export function ArticleEditor({ article, twins, fresh, onOpen, onSaved }: ArticleEditorProps): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const client = useQueryClient();
  const id = useId();
  const [now, setNow] = useState(article);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const set = (parts: Partial<Article>) => setNow((before) => ({ ...before, ...parts }));
  const changed = fresh || JSON.stringify(now) !== JSON.stringify(article);
  const readOnly = !may("decide") || article.withdrawn;
  const day = now.valid_until ? new Intl.DateTimeFormat("en-CA", { timeZone: format.zone }).format(new Date(Date.parse(now.valid_until) - 1)) : "";
  const act = async (work: () => Promise<Article>, said: string) => {
    setBusy(true);
    setProblem(null);
    try {
      const done = await work();
      toast({ text: t(said), tone: "good" });
      await client.invalidateQueries({ queryKey: KNOWLEDGE });
      onSaved(done.withdrawn ? "" : done.article_id);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={styles.form}
      aria-label={now.title || t("service.knowledge.new")}
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && now.title.trim() && now.body.trim()) void act(() => save(now), "service.knowledge.saved");
      }}
    >
      <label htmlFor={`${id}t`}>{t("service.knowledge.field.title")}</label>
      <Input id={`${id}t`} value={now.title} maxLength={300} readOnly={readOnly} onChange={(event) => set({ title: event.target.value })} />
      <div className={styles.row}>
        <div>
          <label htmlFor={`${id}k`}>{t("service.knowledge.field.kind")}</label>
          <Select id={`${id}k`} className={styles.wide} disabled={readOnly} value={now.kind} options={KINDS.map((value) => ({ value, label: t(`service.knowledge.kind.${value}`) }))} onChange={(kind) => set({ kind })} />
        </div>
        <div>
          <label htmlFor={`${id}l`}>{t("service.knowledge.field.language")}</label>
          <Select id={`${id}l`} className={styles.wide} disabled={readOnly} value={now.language || undefined} options={LANGUAGES.map((value) => ({ value, label: t(`service.knowledge.language.${value}`) }))} onChange={(language) => set({ language })} />
        </div>
        <div>
          <label htmlFor={`${id}o`}>{t("service.knowledge.field.topic")}</label>
          <Input id={`${id}o`} value={now.topic} maxLength={200} readOnly={readOnly} onChange={(event) => set({ topic: event.target.value })} />
        </div>
        <div>
          <label htmlFor={`${id}u`}>{t("service.knowledge.field.until")}</label>
          <Input id={`${id}u`} type="date" max="9999-12-31" value={day} readOnly={readOnly} onChange={(event) => set({ valid_until: event.target.value ? dayBegins(event.target.value, format.zone, 1) : null })} />
        </div>
      </div>
      <div className={styles.both}>
        <div className={styles.half}>
          <label htmlFor={`${id}b`}>{t("service.knowledge.field.body")}</label>
          <Input.TextArea id={`${id}b`} value={now.body} readOnly={readOnly} className={styles.body} onChange={(event) => set({ body: event.target.value })} />
        </div>
        <div className={styles.half}>
          <span>{t("service.knowledge.preview")}</span>
          <div className={styles.preview} tabIndex={0} role="region" aria-label={t("service.knowledge.preview")}>
            <Markdown text={now.body} />
          </div>
        </div>
      </div>
      <label htmlFor={`${id}a`}>{t("service.knowledge.field.asked")}</label>
      <Input.TextArea id={`${id}a`} value={now.asked.join("\n")} readOnly={readOnly} autoSize={{ minRows: 2, maxRows: 8 }} onChange={(event) => set({ asked: event.target.value === "" ? [] : event.target.value.split("\n") })} />
      <ErrorNote error={problem} />
      <div className={styles.foot}>
        <span className={styles.quiet}>{article.updated_at ? <>{t("service.knowledge.updated")} <When at={article.updated_at} /></> : null} {article.source ? maybe(`service.knowledge.source.${article.source}`, article.source) : ""}</span>
        {twins.map((one) => (
          <Button key={one.article_id} size="small" type="link" onClick={() => onOpen(one.article_id)}>{t("service.knowledge.twin", { title: one.title })}</Button>
        ))}
        {readOnly ? null : (
          <span className={styles.deeds}>
            {fresh ? null : (
              <Popconfirm title={t("service.knowledge.withdraw.sure")} okText={t("service.knowledge.withdraw")} cancelText={t("ui.cancel")} onConfirm={() => void act(() => withdraw(article.article_id), "service.knowledge.withdrawn")}>
                <Button danger disabled={busy}>{t("service.knowledge.withdraw")}</Button>
              </Popconfirm>
            )}
            <Button type="primary" htmlType="submit" loading={busy} disabled={!changed || !now.title.trim() || !now.body.trim()}>{t("service.knowledge.save")}</Button>
          </span>
        )}
      </div>
    </form>
  );
}
