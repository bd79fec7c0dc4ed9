// Quarantine: files with rows that could not be read; each is opened, mended and taken in, or dismissed on record.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { Account } from "./Account.tsx";
import { parts } from "./parts.ts";
import styles from "./Quarantine.module.css";
import { Ward } from "./Ward.tsx";
import { EXTRA, useWards, type WardSummary } from "./wards.ts";

export default function Quarantine(): ReactNode {
  const { t } = useWords();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const navigate = useNavigate();
  const wards = useWards();
  if (search.id) return <Ward key={search.id} id={search.id} search={search} />;
  const open = wards.data?.filter((one) => one.account.waiting > 0) ?? [];
  const done = wards.data?.filter((one) => one.account.waiting === 0) ?? [];
  return (
    <>
      <PageHead title={t("intake.quarantine.title")} about={t("intake.quarantine.about")} actions={<Button onClick={() => void navigate({ to: "/data/import" })}>{t("intake.to.import")}</Button>} />
      {wards.error ? <ErrorNote error={wards.error} again={() => void wards.refetch()} /> : null}
      {wards.isPending ? (
        <Panel>
          <Skeleton active paragraph={{ rows: 6 }} />
        </Panel>
      ) : null}
      {wards.data && open.length === 0 ? (
        <Panel>
          <Empty title={done.length ? t("intake.quarantine.clear") : t("intake.quarantine.empty")} actions={<Link to="/data/import">{t("intake.to.import")}</Link>}>
            {t("intake.quarantine.empty.about")}
          </Empty>
        </Panel>
      ) : null}
      <div className={styles.wards}>
        {open.map((one) => (
          <Card key={one.id} one={one} />
        ))}
      </div>
      {done.length ? (
        <section className={styles.done} aria-label={t("intake.quarantine.done")}>
          <h2>{t("intake.quarantine.done")}</h2>
          <div className={styles.wards}>
            {done.map((one) => (
              <Card key={one.id} one={one} />
            ))}
          </div>
        </section>
      ) : null}
    </>
  );
}

function Card({ one }: { one: WardSummary }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  return (
    <Link to="/data/quarantine" search={{ id: one.id }} className={styles.card}>
      <span className={styles.head}>
        <b className={styles.file}>
          {one.file}
          {one.sheet ? <span className={styles.sheet}> {one.sheet}</span> : null}
        </b>
        {one.account.waiting ? <Tone tone="warn">{t("intake.ward.waiting", { rows: format.number(one.account.waiting) })}</Tone> : <Tone tone="good">{t("intake.ward.done")}</Tone>}
        {one.ready ? <Tone tone="good">{t("intake.ward.ready", { rows: format.number(one.ready) })}</Tone> : null}
        <span className={styles.when}>
          <When at={one.at} />
        </span>
      </span>
      <Account rowsIn={one.account.rows_in} parts={parts(one.account)} quiet />
      {one.reasons?.length ? (
        <span className={styles.reasons}>
          {one.reasons.slice(0, 4).map((reason) => (
            <span key={`${reason.code} ${reason.column}`}>
              <b>{format.number(reason.rows)}</b> {reason.column && reason.column !== EXTRA ? t("intake.row.why", { column: reason.column, why: say(reason.text) }) : say(reason.text)}
            </span>
          ))}
        </span>
      ) : null}
    </Link>
  );
}
