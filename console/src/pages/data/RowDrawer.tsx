// One row in full: every column with what it means, JSON laid out, ids that lead on; J and K go through the rows.
import { Drawer } from "antd";
import type { ReactNode } from "react";
import { useKeys } from "@/ui/useKeys.ts";
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
  useKeys({ j: () => onStep(1), k: () => onStep(-1), Escape: onClose }, row !== null);
  const columns = contract.columns;
  const key = contract.key.map((name) => row?.[columns.findIndex((column) => column.name === name)]).join(" · ");
  return (
    <Drawer
      open={row !== null}
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
