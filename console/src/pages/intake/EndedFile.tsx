// A file that was taken in, stopped, refused or failed: the proof of its rows, where they are now, and the way on.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Popconfirm } from "antd";
import type { ReactNode } from "react";
import { del, post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { Account } from "./Account.tsx";
import { IMPORTS, type ImportView, useMeanings } from "./api.ts";
import styles from "./EndedFile.module.css";
import { Note } from "./Note.tsx";

/** Below so many rows a rate says nothing. */
const QUICK = 10_000;

export function EndedFile({ one, onGone }: { one: ImportView; onGone: () => void }): ReactNode {
  const { t, say } = useWords();
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: IMPORTS });
  const resume = useMutation({ mutationFn: () => post<ImportView>(`/imports/${one.id}/run`, { sheets: [] }), onSuccess: again });
  const discard = useMutation({
    mutationFn: () => del(`/imports/${one.id}`),
    onSuccess: () => {
      onGone();
      again();
    },
  });
  const open = one.status === "stopped" || one.status === "failed";
  return (
    <div className={styles.ended}>
      {one.status === "stopped" ? <Note tone="warn" title={t("intake.stopped.title")}>{one.problem ? say(one.problem.text) : t("intake.stopped.about")}</Note> : null}
      {one.status === "refused" || one.status === "failed" ? (
        <Note tone="bad" title={one.problem ? say(one.problem.text) : t("intake.failed.title")}>{one.problem ? say(one.problem.todo) : null}</Note>
      ) : null}
      {one.status === "done" ? <Done one={one} /> : null}
      {resume.error ?? discard.error ? <ErrorNote error={resume.error ?? discard.error} /> : null}
      <div className={styles.actions}>
        {open ? (
          <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate()}>
            {t("intake.resume")}
          </Button>
        ) : null}
        <Popconfirm title={open ? t("intake.discard.sure") : t("intake.forget.sure")} okText={open ? t("intake.discard") : t("intake.forget")} cancelText={t("ui.cancel")} onConfirm={() => discard.mutate()}>
          <Button loading={discard.isPending}>{open ? t("intake.discard") : t("intake.forget")}</Button>
        </Popconfirm>
      </div>
    </div>
  );
}

function Done({ one }: { one: ImportView }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { data } = useMeanings();
  const took = one.started && one.ended ? Date.parse(one.ended) - Date.parse(one.started) : 0;
  return (
    <>
      {one.reports.map((report, n) => (
        <section key={report.sheet} className={styles.sheet} aria-label={report.sheet || one.file}>
          {report.sheet ? <h3>{report.sheet}</h3> : null}
          {report.repeated ? <Note tone="info" title={t("intake.repeated")} /> : null}
          <Account
            rowsIn={report.rows_in}
            parts={[
              { name: "kept", rows: report.rows_kept },
              { name: "waiting", rows: report.rows_quarantined },
            ]}
          />
          <ul className={styles.tables}>
            {Object.entries(report.tables ?? {}).map(([table, rows]) => (
              <li key={table}>
                <Link to="/data/table/$name" params={{ name: table }} className={styles.table}>
                  <span>{say(data?.find((each) => each.table === table)?.title) || table}</span>
                  <b>{format.number(rows)}</b>
                </Link>
              </li>
            ))}
            {report.rows_quarantined && one.quarantines[n] ? (
              <li>
                <Link to="/data/quarantine" search={{ id: one.quarantines[n] }} className={`${styles.table} ${styles.quarantine}`}>
                  <span>{t("intake.to.quarantine")}</span>
                  <b>{format.number(report.rows_quarantined)}</b>
                </Link>
              </li>
            ) : null}
          </ul>
        </section>
      ))}
      {took ? <p className={styles.took}>{one.rows_in < QUICK ? t("intake.took.short", { time: format.duration(took) }) : t("intake.took", { time: format.duration(took), rate: format.number(Math.round((one.rows_in / Math.max(1, took)) * 1000)) })}</p> : null}
    </>
  );
}
