// Differences: what changed between two versions, row by row and cell by cell, by sign and colour.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import type { Diff } from "./api.ts";
import styles from "./Differences.module.css";
import type { Speaker } from "./speaking.ts";

const SIGN = { added: "+", removed: "−", changed: "~", moved: "↕" } as const;

export function Differences({ diff, speaker }: { diff: Diff; speaker: Speaker }): ReactNode {
  const { t } = useWords();
  const rows = diff.rows ?? [];
  const columns = diff.columns ?? [];
  const tests = diff.tests ?? [];
  if (!rows.length && !columns.length && !tests.length && !diff.title && !diff.confidence) return <p className={styles.quiet}>{t("rules.diff.same")}</p>;
  const name = (side: string, field: string) => (side === "note" ? t("rules.note") : speaker.field(field));
  const cell = (side: string, field: string, text: string) => (side === "note" ? speaker.note(text) || "–" : side === "when" ? speaker.short(field, text) : text ? speaker.result(field, text) : t("rules.usual"));
  return (
    <ul className={styles.list}>
      {columns.map((one) => (
        <li key={`${one.side}-${one.field}`} className={styles[one.came]}>
          <b>{SIGN[one.came]}</b> {t(`rules.diff.column.${one.came === "added" ? "added" : "removed"}`, { column: speaker.field(one.field) })}
        </li>
      ))}
      {rows.slice(0, 200).map((row) => (
        <li key={row.row} className={styles[row.came]}>
          <p>
            <b>{SIGN[row.came]}</b> {t("rules.row.of", { n: (row.place_after >= 0 ? row.place_after : row.place_before) + 1 })} · {t(`rules.came.${row.came}`)}{" "}
            <span className={styles.quiet}>{speaker.note(row.note)}</span>
          </p>
          {row.cells.map((one) => (
            <p key={`${one.side}-${one.field}`} className={styles.cell}>
              <span>{name(one.side, one.field)}</span>
              {row.came === "added" ? null : <del title={one.before}>{cell(one.side, one.field, one.before)}</del>}
              {row.came === "changed" ? <span aria-hidden="true">→</span> : null}
              {row.came === "removed" ? null : <ins title={one.after}>{cell(one.side, one.field, one.after)}</ins>}
            </p>
          ))}
        </li>
      ))}
      {rows.length > 200 ? <li>{t("rules.diff.more", { n: rows.length - 200 })}</li> : null}
      {tests.map((one) => (
        <li key={one.name} className={styles[one.came]}>
          <b>{SIGN[one.came]}</b> {t("rules.diff.test", { name: one.name })} · {t(`rules.came.${one.came}`)}
        </li>
      ))}
    </ul>
  );
}
