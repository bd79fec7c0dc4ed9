// A file that was not recognised: what was looked for, what is missing, and that a person can map it by hand.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import { type SheetLook, useMeanings } from "./api.ts";
import { meaningOf } from "./mapping.ts";
import styles from "./NearNote.module.css";
import { Note } from "./Note.tsx";

export function NearNote({ look }: { look: SheetLook }): ReactNode {
  const { t, say } = useWords();
  const { data } = useMeanings();
  const name = (table: string, field: string) => say(meaningOf(data, table, field).field?.title) || field;
  return (
    <div className={styles.note}>
      <Note tone="warn" title={t("intake.near.title")}>
        <div className={styles.words}>
          <p>{t("intake.near.about")}</p>
          {look.near.length ? (
            <ul>
              {look.near.slice(0, 4).map((one) => (
                <li key={one.table}>
                  {t("intake.near.one", {
                    table: say(data?.find((meaning) => meaning.table === one.table)?.title) || one.table,
                    found: Object.entries(one.found).map(([field, column]) => `${column} → ${name(one.table, field)}`).join(t("intake.comma")),
                    missing: one.missing.map((field) => name(one.table, field)).join(t("intake.comma")),
                  })}
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      </Note>
    </div>
  );
}
