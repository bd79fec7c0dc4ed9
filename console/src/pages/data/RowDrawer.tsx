// One row in full: every column with what it means, JSON laid out, ids that lead on; J and K go through the rows.
import { Drawer } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, Values } from "./api.ts";
import { shownColumns, Whole } from "./cells.tsx";
import styles from "./RowDrawer.module.css";

export interface RowDrawerProps {
  readonly contract: { readonly name: string; readonly key: readonly string[]; readonly columns: readonly ColumnContract[] };
  readonly row: Values | null;
  readonly onClose: () => void;
  readonly onStep: (step: number) => void;
}

export function RowDrawer({ contract, row, onClose, onStep }: RowDrawerProps): ReactNode {
  const { t, say } = useWords();
  const latest = useRef(onStep);
  latest.current = onStep;
  const open = row !== null;
  useEffect(() => {
    // Not by useKeys, which is silent beside a dialog: here the keys are the dialog's own.
    if (!open) return;
    const hear = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key];
      const writing = event.target instanceof Element && event.target.closest("input, textarea, .cm-editor");
      if (!step || writing || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      latest.current(step);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [open]);
  const columns = contract.columns;
  const key = contract.key.map((name) => row?.[columns.findIndex((column) => column.name === name)]).join(" · ");
  return (
    <Drawer
      open={open}
      onClose={onClose}
      mask={false}
      size={460}
      title={
        <span className={styles.title}>
          <code>{key || contract.name}</code>
          <span className={styles.keys}>
            <Keys keys="J" /> <Keys keys="K" />
          </span>
        </span>
      }
      aria-label={t("data.row.label", { key: key || contract.name })}
    >
      {row ? (
        <dl className={styles.list}>
          {shownColumns(columns).map((column) => (
            <div key={column.name} className={styles.item}>
              <dt>
                <code>{column.name}</code>
                <span className={styles.means}>{say(column.means)}</span>
              </dt>
              <dd>
                <Whole column={column} columns={columns} row={row} at={columns.indexOf(column)} />
                {column.unit ? <span className={styles.unit}>{t(`data.unit.${column.unit}`)}</span> : null}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </Drawer>
  );
}
