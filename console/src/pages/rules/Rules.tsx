// Rules: every decision table in a line, with what it answers, who uses it, and which of its rows really fire.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { rules, type Summary } from "./api.ts";
import styles from "./Rules.module.css";

const DAYS = 30;

export default function Rules(): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({ queryKey: ["rules", "all"], queryFn: () => rules.all(DAYS), refetchInterval: 30_000 });
  return (
    <>
      <PageHead title={t("rules.title")} about={t("rules.about")} />
      <ErrorNote error={error} again={() => void refetch()} />
      <div className={styles.list}>
        {data ? data.map((one) => <One key={one.name} table={one} />) : [1, 2].map((n) => <Panel key={n}><Skeleton active paragraph={{ rows: 3 }} /></Panel>)}
      </div>
      {data?.length === 0 ? <Empty title={t("rules.empty")}>{t("rules.empty.why")}</Empty> : null}
    </>
  );
}

function One({ table }: { table: Summary }): ReactNode {
  const { t, say, maybe } = useWords();
  const most = Math.max(1, ...table.fired);
  const silent = table.fired.filter((n) => n === 0).length;
  const all = table.fired.reduce((sum, n) => sum + n, 0);
  return (
    <Panel className={styles.one} label={say(table.title)}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <Link to="/rules/$name" params={{ name: table.name }}>
            {say(table.title)}
          </Link>
        </h2>
        {table.shipped ? <Tone>{t("rules.shipped")}</Tone> : <Tone tone="accent">{t("rules.own")}</Tone>}
        {table.drafts.map((draft) => (
          <Tone key={draft.by} tone={draft.stale ? "warn" : "info"}>
            {t("rules.draft.of", { who: draft.by })}
          </Tone>
        ))}
      </div>
      <p className={styles.asked}>{maybe(`rules.asked.${table.question}`, table.asked)}</p>
      <div className={styles.bars} role="img" aria-label={t("rules.fired.shape", { n: all, days: table.days, silent })}>
        {table.fired.map((n, at) => (
          <span key={table.rows[at]} className={n ? styles.bar : styles.none} style={{ height: `${n ? Math.max(4, (n / most) * 40) : 4}px` }} title={t("rules.fired.row", { row: at + 1, n })} />
        ))}
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{t("rules.used.by")}</dt>
          <dd>{say(table.link_title)}</dd>
        </div>
        <div>
          <dt>{t("rules.size")}</dt>
          <dd>{t("rules.size.of", { rows: table.rows.length, tests: table.tests })}</dd>
        </div>
        <div>
          <dt>{t("rules.fired.in", { days: table.days })}</dt>
          <dd>
            {t("rules.fired.all", { n: all })}
            {silent ? <span className={styles.silent}> · {t("rules.fired.silent", { n: silent })}</span> : null}
          </dd>
        </div>
        <div>
          <dt>{t("rules.live.since")}</dt>
          <dd>{table.since ? <><When at={table.since} /> · {table.by}</> : t("rules.live.always")}</dd>
        </div>
      </dl>
    </Panel>
  );
}
