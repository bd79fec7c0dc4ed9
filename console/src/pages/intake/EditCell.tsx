// A cell that is changed where it stands: click or Enter to write, Enter to keep, Escape to leave it.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./EditCell.module.css";
import type { WardRow } from "./wards.ts";

export interface EditCellProps {
  readonly row: WardRow;
  readonly column: string;
  readonly text: string;
  readonly onChange: (text: string) => Promise<unknown>;
}

export function EditCell({ row, column, text, onChange }: EditCellProps): ReactNode {
  const { t, say } = useWords();
  const [draft, setDraft] = useState<string | null>(null);
  const [sending, setSending] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const writing = draft !== null;
  useEffect(() => {
    if (writing) input.current?.select();
  }, [writing]);
  const why = row.reasons.filter((reason) => reason.column === column).map((reason) => say(reason.text));
  const before = row.before?.[column];
  const keep = () => {
    if (draft === null) return;
    setDraft(null);
    if (draft === text) return;
    setSending(draft);
    onChange(draft)
      .catch(() => undefined)
      .finally(() => setSending(null));
  };
  if (writing)
    return (
      <input
        ref={input}
        className={styles.input}
        aria-label={t("intake.cell.edit", { column, row: row.row })}
        value={draft}
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          event.stopPropagation();
          if (event.key === "Enter") keep();
          if (event.key === "Escape") setDraft(null);
        }}
      />
    );
  const names = [styles.cell, why.length ? styles.wrong : "", before !== undefined ? styles.edited : ""].filter(Boolean).join(" ");
  const told = [...why, before === undefined ? "" : t("intake.cell.before", { text: before || t("intake.grid.blank") })].filter(Boolean).join("\n");
  return (
    <button
      type="button"
      className={names}
      title={told || undefined}
      aria-label={t("intake.cell.label", { column, row: row.row, text: (sending ?? text) || t("intake.grid.blank"), why: why.join("; ") })}
      onClick={(event) => {
        event.stopPropagation();
        setDraft(text);
      }}
    >
      {(sending ?? text) || (why.length ? <i>{t("intake.grid.blank")}</i> : " ")}
    </button>
  );
}
