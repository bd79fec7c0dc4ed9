// Beside the editor: saved questions, tables with their columns, and what was asked before.
import { DeleteOutlined } from "@ant-design/icons";
import { Button, Input, Tabs } from "antd";
import { type ReactNode, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { del, post } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { HISTORY, type PastQuery, QUESTIONS, type SavedQuestion, type SqlWords, useHistory, useQuestions } from "./api.ts";
import styles from "./SqlSide.module.css";

export interface SqlSideProps {
  readonly words: SqlWords | undefined;
  readonly open: string;
  readonly onQuestion: (question: SavedQuestion) => void;
  readonly onQuery: (query: string) => void;
  readonly onInsert: (text: string) => void;
}

export function SqlSide(props: SqlSideProps): ReactNode {
  const { t } = useWords();
  return (
    <Tabs
      size="small"
      className={styles.tabs}
      tabBarStyle={{ paddingInline: 12, marginBottom: 0 }}
      items={[
        { key: "questions", label: t("data.side.questions"), children: <Questions {...props} /> },
        { key: "tables", label: t("data.side.tables"), children: <Tables {...props} /> },
        { key: "history", label: t("data.side.history"), children: <History {...props} /> },
      ]}
    />
  );
}

function Questions({ open, onQuestion }: SqlSideProps): ReactNode {
  const { t, say } = useWords();
  const client = useQueryClient();
  const { name, may } = useSession();
  const [find, setFind] = useState("");
  const questions = useQuestions();
  const wanted = find.trim().toLowerCase();
  const shown = (questions.data ?? []).filter((one) => !wanted || `${one.name.en} ${one.name.zh} ${one.description.en} ${one.description.zh} ${one.owner}`.toLowerCase().includes(wanted));
  const renew = () => client.invalidateQueries({ queryKey: QUESTIONS });
  const remove = async (question: SavedQuestion) => {
    try {
      await del(`/data/questions/${question.id}`);
      toast({
        text: t("data.question.deleted", { name: say(question.name) }),
        action: { label: t("data.question.restore"), do: () => void post(`/data/questions/${question.id}/restore`).then(renew) },
      });
    } catch (error) {
      toast({ text: error instanceof Error ? error.message : "", tone: "bad" });
    }
    void renew();
  };
  return (
    <div className={styles.list}>
      <Input allowClear size="small" aria-label={t("data.question.find")} placeholder={t("data.question.find")} value={find} onChange={(event) => setFind(event.target.value)} />
      <ErrorNote error={questions.error} again={() => void questions.refetch()} />
      <ul>
        {shown.map((one) => (
          <li key={one.id} className={one.id === open ? styles.open : ""}>
            <button type="button" className={styles.item} onClick={() => onQuestion(one)} aria-current={one.id === open || undefined}>
              <span className={styles.name}>{say(one.name)}</span>
              <span className={styles.about}>{say(one.description)}</span>
              <span className={styles.who}>
                {one.starter ? <Tone>{t("data.question.starter")}</Tone> : one.owner === name ? t(one.shared ? "data.question.mine_shared" : "data.question.mine") : t("data.question.by", { name: one.owner ?? "" })}
              </span>
            </button>
            {!one.starter && (one.owner === name || may("people")) ? (
              <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("data.question.delete", { name: say(one.name) })} onClick={() => void remove(one)} />
            ) : null}
          </li>
        ))}
      </ul>
      {questions.data && !shown.length ? <p className={styles.none}>{t("data.question.none")}</p> : null}
    </div>
  );
}

function Tables({ words, onInsert, onQuery }: SqlSideProps): ReactNode {
  const { t, say } = useWords();
  const [find, setFind] = useState("");
  const wanted = find.trim().toLowerCase();
  const shown = (words?.tables ?? []).filter((one) => !wanted || [one.name, say(one.means), ...one.columns.map((column) => column.name)].join(" ").toLowerCase().includes(wanted));
  return (
    <div className={styles.list}>
      <Input allowClear size="small" aria-label={t("data.side.find")} placeholder={t("data.side.find")} value={find} onChange={(event) => setFind(event.target.value)} />
      <ul>
        {shown.map((table) => (
          <li key={table.name}>
            <details className={styles.table}>
              <summary title={say(table.means)}>
                <code>{table.name}</code>
                <span className={styles.noun}>{t(`data.kind.${table.noun}`)}</span>
              </summary>
              <p className={styles.about}>{say(table.means)}</p>
              <div className={styles.acts}>
                <Button size="small" onClick={() => onQuery(`SELECT *\nFROM ${table.name}\nLIMIT 100`)}>
                  {t("data.side.look")}
                </Button>
                <Button size="small" onClick={() => onQuery(`SUMMARIZE ${table.name}`)}>
                  {t("data.side.summary")}
                </Button>
              </div>
              <ul className={styles.columns}>
                {table.columns.map((column) => (
                  <li key={column.name}>
                    <button type="button" onClick={() => onInsert(column.name)} title={say(column.means)}>
                      <code>{column.name}</code>
                      <span className={styles.about}>{say(column.means)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

function History({ onQuery }: SqlSideProps): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const history = useHistory();
  if (history.error) return <ErrorNote error={history.error} again={() => void history.refetch()} />;
  if (history.data && !history.data.length) return <Empty title={t("data.history.none")}>{t("data.history.none.what")}</Empty>;
  const forget = async () => {
    await del("/sql/history");
    void client.invalidateQueries({ queryKey: HISTORY });
  };
  return (
    <div className={styles.list}>
      <ul>
        {(history.data ?? []).map((one) => (
          <li key={one.sql}>
            <Past query={one} onQuery={onQuery} />
          </li>
        ))}
      </ul>
      {history.data?.length ? (
        <Button size="small" type="text" onClick={() => void forget()}>
          {t("data.history.forget")}
        </Button>
      ) : null}
    </div>
  );
}

function Past({ query, onQuery }: { query: PastQuery; onQuery: (query: string) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <button type="button" className={styles.item} onClick={() => onQuery(query.sql)} title={query.sql}>
      <code className={styles.sql}>{query.sql}</code>
      <span className={styles.who}>
        {query.problem ? <Tone tone="bad">{query.problem}</Tone> : t("data.history.rows", { rows: format.number(query.rows) })} · {format.duration(query.elapsed_ms ?? 0)} · {format.when(query.at)}
      </span>
    </button>
  );
}
