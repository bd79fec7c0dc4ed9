// The table in plain sentences: for those who decide what it should say and never open a spreadsheet.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Sheet } from "./api.ts";
import type { Marks } from "./editing.ts";
import styles from "./Editor.module.css";
import type { Speaker } from "./speaking.ts";

export interface InWordsProps {
  readonly sheet: Sheet;
  readonly speaker: Speaker;
  readonly marks: Marks;
  readonly hits: ReadonlyMap<string, number>;
  readonly onRow: (id: string) => void;
}

export function InWords({ sheet, speaker, marks, hits, onRow }: InWordsProps): ReactNode {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: sheet.rows.length, getScrollElement: () => place.current, estimateSize: () => 58, overscan: 8 });
  return (
    <div ref={place} className={styles.words} tabIndex={0} role="region" aria-label={t("rules.view.words")}>
      <p className={styles.first}>{t("rules.words.order")}</p>
      <ol style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const row = sheet.rows[item.index];
          if (!row) return null;
          const mark = marks.row.get(row.id);
          return (
            <li key={row.id} ref={virtual.measureElement} data-index={item.index} style={{ position: "absolute", width: "100%", transform: `translateY(${item.start}px)` }}>
              <button type="button" onClick={() => onRow(row.id)}>
                {item.index + 1}
              </button>
              <div>
                <p>
                  {speaker.row(sheet, row)} {mark ? <Tone tone={mark === "added" ? "good" : "info"}>{t(`rules.came.${mark}`)}</Tone> : null}
                </p>
                <p className={styles.quiet}>
                  {speaker.note(row.note)}
                  {hits.has(row.id) ? ` · ${t("rules.fired.times", { n: hits.get(row.id) ?? 0 })}` : ""}
                </p>
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
