// The SQL workbench: write with the shop's words, run, stop, see, plot, keep, share and export.
import { CaretRightOutlined, HistoryOutlined, LinkOutlined, SaveOutlined, StopOutlined } from "@ant-design/icons";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Skeleton, Tabs } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { ApiError, get } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { type ChartChoice, type QuestionParam, type SavedQuestion, type Values, useSqlWords } from "./api.ts";
import { Blanks } from "./Blanks.tsx";
import { blanksOf, paramsOf } from "./blanks.ts";
import { ExportButton } from "./ExportButton.tsx";
import { Plan } from "./Plan.tsx";
import { Plot } from "./Plot.tsx";
import { Result } from "./Result.tsx";
import { RunLine } from "./RunLine.tsx";
import { SaveDialog } from "./SaveDialog.tsx";
import { SqlSide } from "./SqlSide.tsx";
import { Versions } from "./Versions.tsx";
import { useRun } from "./useRun.ts";
import styles from "./Sql.module.css";

const SqlEditor = lazy(() => import("./SqlEditor.tsx"));
const DRAFT = "linkloop.sql.draft";
const FIRST = "SELECT status, count(*) AS orders\nFROM orders\nGROUP BY status\nORDER BY orders DESC";
const AUTO: ChartChoice = { kind: "auto", x: "", y: [], split: "" };

export default function Sql(): ReactNode {
  const { t, say } = useWords();
  const { may, name: me } = useSession();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const words = useSqlWords();
  const { running, ran, run, stop, clear } = useRun();
  const [text, setText] = useState(() => search.query || sessionStorage.getItem(DRAFT) || FIRST);
  const [question, setQuestion] = useState<SavedQuestion | null>(null);
  const [known, setKnown] = useState<readonly QuestionParam[]>([]);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [chart, setChart] = useState<ChartChoice>(AUTO);
  const [tab, setTab] = useState("table");
  const [saving, setSaving] = useState<"" | "new" | "change">("");
  const [past, setPast] = useState(false);
  const [lost, setLost] = useState<unknown>(null);
  const blanks = useMemo(() => blanksOf(text, known), [text, known]);
  const params = useMemo(() => paramsOf(blanks, typed), [blanks, typed]);

  useEffect(() => sessionStorage.setItem(DRAFT, text), [text]);
  useEffect(() => {
    if (search.query && search.query !== text) take(search.query);
    // Only an address that changes is a wish; what is typed afterwards stays.
  }, [search.query]);
  useEffect(() => {
    const id = search.question;
    if (!id || id === question?.id) return;
    get<SavedQuestion>(`/data/questions/${id}`).then(show, setLost);
  }, [search.question]);

  const take = (sql: string) => {
    setText(sql);
    setQuestion(null);
    setKnown([]);
    setTyped({});
    setChart(AUTO);
    setLost(null);
    clear();
  };
  const show = (found: SavedQuestion) => {
    setText(found.sql);
    setQuestion(found);
    setKnown(found.params ?? []);
    setTyped({});
    setChart(found.chart ?? AUTO);
    setLost(null);
    clear();
    void navigate({ to: ".", search: { question: found.id }, replace: true });
  };
  const go = () => {
    if (!running && text.trim()) void run(text, params);
  };
  const mine = question !== null && !question.starter && (question.owner === me || may("people"));
  const changed = question !== null && (question.sql !== text || JSON.stringify(question.chart) !== JSON.stringify(chart));
  const keep = () => setSaving(mine ? "change" : "new");
  useKeys({ "mod+Enter": go, "mod+s": keep });
  const share = async () => {
    const address = new URL(location.href);
    address.search = question && !changed && question.shared ? new URLSearchParams({ question: question.id }).toString() : new URLSearchParams({ query: text }).toString();
    await navigator.clipboard?.writeText(address.toString());
    toast({ text: t("data.sql.shared"), tone: "good" });
  };
  const error = ran?.error ?? null;
  const mark = useMemo(() => (error instanceof ApiError && error.where ? { where: error.where, message: say(error.text) } : null), [error, say]);
  const result = ran?.result ?? null;
  const rows = (result?.rows ?? []) as readonly Values[];
  if (!may("sql")) {
    return (
      <>
        <PageHead title={t("data.sql.title")} about={t("data.sql.about")} />
        <Empty title={t("data.sql.refused")}>{t("data.sql.refused.what")}</Empty>
      </>
    );
  }
  const title = question ? say(question.name) : t("data.sql.title");
  return (
    <div className={styles.page}>
      <PageHead
        title={title}
        about={
          <>
            <Link to="/data">{t("app.area.data")}</Link> · {question ? say(question.description) || t("data.sql.about") : t("data.sql.about")}
          </>
        }
        actions={
          <>
            {question && !question.starter ? (
              <Button icon={<HistoryOutlined />} onClick={() => setPast(true)}>
                {t("data.versions", { count: String(question.version) })}
              </Button>
            ) : null}
            <Button icon={<LinkOutlined />} onClick={() => void share()}>
              {t("data.sql.share")}
            </Button>
            <ExportButton query={text} params={params} name={question ? say(question.name) : "query"} disabled={!text.trim()} />
            {mine ? (
              <Button onClick={() => setSaving("new")}>{t("data.save.copy")}</Button>
            ) : null}
            <Button icon={<SaveOutlined />} onClick={keep} disabled={!text.trim()}>
              {t("data.save")} <Keys keys="mod+S" />
            </Button>
          </>
        }
      />
      <ErrorNote error={lost} />
      <div className={styles.bench}>
        <Panel flush className={styles.side} label={t("data.side")}>
          <SqlSide words={words.data} open={question?.id ?? ""} onQuestion={show} onQuery={take} onInsert={(name) => setText((before) => `${before}${/\s$/.test(before) || !before ? "" : " "}${name}`)} />
        </Panel>
        <div className={styles.main}>
          <Panel flush className={styles.editor} label={t("data.sql.editor")}>
            <div className={styles.writing}>
              <Suspense fallback={<pre className={styles.plain}>{text}</pre>}>
                <SqlEditor value={text} onChange={setText} onRun={go} onSave={keep} words={words.data} mark={mark} />
              </Suspense>
            </div>
            <Blanks
              blanks={blanks}
              typed={typed}
              onTyped={(blank, value) => setTyped((before) => ({ ...before, [blank]: value }))}
              onKind={(blank, kind) => setKnown(blanks.map((one) => (one.name === blank ? { ...one, kind } : one)))}
            />
            <div className={styles.bar}>
              {running ? (
                <Button danger icon={<StopOutlined />} onClick={stop} loading={running.stopping}>
                  {t("data.sql.stop")}
                </Button>
              ) : (
                <Button type="primary" icon={<CaretRightOutlined />} onClick={go} disabled={!text.trim()}>
                  {t("data.sql.run")} <Keys keys="mod+Enter" />
                </Button>
              )}
              <RunLine running={running} ran={ran} />
            </div>
          </Panel>
          <Panel flush className={styles.result} label={t("data.result")}>
            {error ? (
              <div className={styles.problem}>
                <ErrorNote error={error} />
              </div>
            ) : result ? (
              <Tabs
                className={styles.tabs}
                activeKey={tab}
                onChange={setTab}
                size="small"
                tabBarStyle={{ paddingInline: 16, marginBottom: 0 }}
                destroyOnHidden
                items={[
                  { key: "table", label: t("data.result.table"), children: <Result key={result.at + String(result.elapsed_ms)} result={result} /> },
                  { key: "plot", label: t("data.result.plot"), children: <Plot columns={result.columns} rows={rows} choice={chart} onChoice={setChart} name={title} /> },
                  { key: "plan", label: t("data.result.plan"), children: <Plan query={ran?.query ?? ""} params={ran?.params ?? {}} /> },
                ]}
              />
            ) : running ? (
              <div className={styles.problem}>
                <Skeleton active paragraph={{ rows: 6 }} />
              </div>
            ) : (
              <Empty title={t("data.sql.ready")}>{t("data.sql.ready.what", { most: format.number(10_000) })}</Empty>
            )}
          </Panel>
        </div>
      </div>
      <SaveDialog
        open={saving !== ""}
        question={saving === "change" ? question : null}
        sql={text}
        params={blanks.map((blank) => ({ ...blank, default: typed[blank.name] ?? blank.default ?? "" }))}
        chart={chart}
        onSaved={(saved) => {
          setSaving("");
          setQuestion(saved);
          setKnown(saved.params ?? []);
          void navigate({ to: ".", search: { question: saved.id }, replace: true });
        }}
        onCancel={() => setSaving("")}
      />
      {question ? (
        <Versions
          question={question}
          open={past}
          onClose={() => setPast(false)}
          onTake={(version) => {
            setText(version.sql);
            setKnown(version.params ?? []);
            setChart(version.chart ?? AUTO);
            setPast(false);
          }}
        />
      ) : null}
    </div>
  );
}
