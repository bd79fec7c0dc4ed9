// The head of the grid: what each column is about, its unit, and a way to take it out.
import { CloseOutlined } from "@ant-design/icons";
import type { CSSProperties, ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import type { Field } from "./api.ts";
import type { Column } from "./editing.ts";
import styles from "./Grid.module.css";
import type { Speaker } from "./speaking.ts";

export interface GridHeadProps {
  readonly columns: readonly Column[];
  readonly template: CSSProperties;
  readonly fields: ReadonlyMap<string, Field>;
  readonly speaker: Speaker;
  readonly readOnly: boolean;
  readonly onRemove: (side: "when" | "then", field: string) => void;
}

export function GridHead({ columns, template, fields, speaker, readOnly, onRemove }: GridHeadProps): ReactNode {
  const { t, maybe } = useWords();
  const first = (side: string) => columns.findIndex((column) => column.side === side);
  const few = (side: string) => columns.filter((column) => column.side === side).length < 2;
  return (
    <div className={styles.head} style={template} role="row" aria-rowindex={1}>
      <div className={styles.corner} role="columnheader">
        {t("rules.row")}
      </div>
      <div className={styles.count} role="columnheader">
        {t("rules.fired")}
      </div>
      {columns.map((column, n) => {
        const { side, field } = column;
        const unit = fields.get(field)?.unit ?? "";
        return (
          <div key={`${side}-${field}`} role="columnheader" className={`${styles.title} ${styles[side]} ${first(side) === n ? styles.first : ""}`}>
            <span className={styles.side}>{first(side) === n && side !== "note" ? t(`rules.side.${side}`) : "\u00a0"}</span>
            <span className={styles.name} title={side === "note" ? undefined : `${speaker.field(field)} (${field})`}>
              {side === "note" ? t("rules.note") : speaker.field(field)}
              {unit ? <small> {maybe(`rules.unit.name.${unit}`, unit)}</small> : null}
            </span>
            {side !== "note" && !readOnly && !few(side) ? (
              <button type="button" tabIndex={-1} className={styles.remove} title={t("rules.column.remove")} aria-label={t("rules.column.remove.of", { column: speaker.field(field) })} onClick={() => onRemove(side, field)}>
                <CloseOutlined />
              </button>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}
