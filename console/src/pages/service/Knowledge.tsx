// Knowledge: what the bot answers from. Articles to find as customers ask and to edit in place; what is wrong with them; what is missing.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { type ReactNode, useCallback, useDeferredValue, useMemo, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { type Article, idFor, useArticle, useArticles, useAsked } from "./articles.ts";
import { ArticleEditor } from "./ArticleEditor.tsx";
import { Drop } from "./Drop.tsx";
import styles from "./Knowledge.module.css";
import { Missing, Problems } from "./Missing.tsx";
import { Tabs } from "./Tabs.tsx";

const PARTS = ["articles", "problems", "missing"] as const;
type Part = (typeof PARTS)[number];

export default function Knowledge(): ReactNode {
  const { t, lang } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const { article = "", part: asked } = useSearch({ strict: false }) as { article?: string; part?: string };
  const part = PARTS.find((one) => one === asked) ?? "articles";
  const navigate = useNavigate();
  const go = useCallback((parts: Readonly<Record<string, string | undefined>>) => void navigate({ to: "/service/knowledge", search: (before: object) => ({ ...before, ...parts }) as never, replace: true }), [navigate]);
  const [typed, setTyped] = useState("");
  const question = useDeferredValue(typed.trim());
  const articles = useArticles(false);
  const found = useAsked(question);
  const chosen = useArticle(article);
  const [fresh, setFresh] = useState<Article | null>(null);
  const all = useMemo(() => [...(articles.data?.items ?? [])].sort((a, b) => Number(b.language.startsWith(lang)) - Number(a.language.startsWith(lang))), [articles.data, lang]);
  // Best first where the bot would find them, then those whose name has the words.
  const rows = useMemo(() => {
    if (!question) return all.map((one) => ({ article: one, score: undefined as number | undefined, text: "" }));
    const known = new Map(all.map((one) => [one.article_id, one]));
    const hits = (found.data ?? []).flatMap((hit) => {
      const one = known.get(hit.article_id);
      return one ? [{ article: one, score: hit.score as number | undefined, text: hit.text }] : [];
    });
    const named = all.filter((one) => `${one.title} ${one.article_id} ${one.topic}`.toLowerCase().includes(question.toLowerCase()) && !hits.some((hit) => hit.article === one));
    const best = new Map([...hits].reverse().map((hit) => [hit.article.article_id, hit]));
    return [...[...best.values()].reverse(), ...named.map((one) => ({ article: one, score: undefined, text: "" }))];
  }, [question, all, found.data]);
  const begin = (title = "", language = "", asked: readonly string[] = []) => {
    go({ article: undefined, part: undefined });
    setFresh({ article_id: idFor(title), kind: "help", title, body: "", language, topic: "", asked, url: "", source: "", withdrawn: false });
  };
  const edited = fresh ?? chosen.data;
  return (
    <div className={styles.page}>
      <PageHead
        title={t("service.knowledge.title")}
        actions={
          <>
            <Segmented<Part> value={part} options={PARTS.map((value) => ({ value, label: t(`service.knowledge.part.${value}`) }))} onChange={(value) => go({ part: value === "articles" ? undefined : value })} aria-label={t("service.knowledge.parts")} />
            <Tabs />
          </>
        }
      />
      {part === "problems" ? <Problems onOpen={(id) => { setFresh(null); go({ article: id, part: undefined }); }} /> : null}
      {part === "missing" ? <Missing onWrite={begin} /> : null}
      {part === "articles" ? (
        <div className={styles.both}>
          <div className={styles.left}>
            <div className={styles.search}>
              <Input allowClear value={typed} maxLength={400} placeholder={t("service.knowledge.ask")} aria-label={t("service.knowledge.ask")} onChange={(event) => setTyped(event.target.value)} />
              {may("decide") ? <Button onClick={() => begin()}>{t("service.knowledge.new")}</Button> : null}
            </div>
            {articles.error ? <ErrorNote error={articles.error} again={() => void articles.refetch()} /> : null}
            <ul className={styles.list} aria-busy={articles.isPending}>
              {articles.data && rows.length === 0 ? <li><Empty title={t(question ? "service.knowledge.nothing" : "service.knowledge.none")}>{t(question ? "service.knowledge.nothing.about" : "service.knowledge.none.about")}</Empty></li> : null}
              {rows.map(({ article: one, score, text }) => (
                <li key={one.article_id}>
                  <button type="button" className={`${styles.row} ${edited?.article_id === one.article_id ? styles.chosen : ""}`} onClick={() => { setFresh(null); go({ article: one.article_id }); }}>
                    <span className={styles.name}>{one.title}</span>
                    <span className={styles.facts}>
                      <span>{t(`service.knowledge.kind.${one.kind}`)}</span>
                      <span>{one.language.startsWith("zh") ? t("service.knowledge.language.zh") : one.language.startsWith("en") ? t("service.knowledge.language.en") : one.language}</span>
                      {score === undefined ? null : <Tone tone={score >= 0.5 ? "good" : "plain"}>{t("service.knowledge.answers", { share: format.percent(score, 0) })}</Tone>}
                      {one.valid_until ? <span>{t("service.knowledge.until", { date: format.date(one.valid_until) })}</span> : null}
                    </span>
                    {text ? <span className={styles.text}>{text}</span> : null}
                  </button>
                </li>
              ))}
            </ul>
            {may("decide") ? <Drop /> : null}
          </div>
          <div className={styles.right}>
            {edited && (fresh || edited.article_id === article) ? (
              <ArticleEditor key={`${edited.article_id} ${edited.updated_at ?? ""}`} article={edited} twins={all.filter((one) => one.topic && one.topic === edited.topic && one.article_id !== edited.article_id)} fresh={fresh !== null} onOpen={(id) => { setFresh(null); go({ article: id }); }} onSaved={(id) => { setFresh(null); go({ article: id }); }} />
            ) : article ? null : (
              <Empty title={t("service.knowledge.choose")}>{t("service.knowledge.choose.about")}</Empty>
            )}
          </div>
        </div>
      ) : null}
    </div>
  );
}
