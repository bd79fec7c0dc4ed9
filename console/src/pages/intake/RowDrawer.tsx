// One row in full, every cell as a field: for long cells and for the keyboard.
import { Button, Drawer, Form, Input } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./RowDrawer.module.css";
import { RowState } from "./RowState.tsx";
import { EXTRA, type WardRow, type WardView } from "./wards.ts";
import type { CellChange } from "./WardTable.tsx";

export interface RowDrawerProps {
  readonly ward: WardView;
  readonly row: WardRow | undefined;
  readonly onClose: () => void;
  readonly onSave: (cells: readonly CellChange[]) => Promise<unknown>;
  readonly onStep: (step: number) => void;
}

export function RowDrawer({ ward, row, onClose, onSave, onStep }: RowDrawerProps): ReactNode {
  const { t } = useWords();
  return (
    <Drawer open={row !== undefined} onClose={onClose} size={480} destroyOnHidden title={row ? t("intake.row.title", { row: row.row }) : ""}>
      {row ? <Fields key={row.row} ward={ward} row={row} onSave={onSave} onStep={onStep} /> : null}
    </Drawer>
  );
}

function Fields({ ward, row, onSave, onStep }: Omit<RowDrawerProps, "onClose" | "row"> & { row: WardRow }): ReactNode {
  const { t, say } = useWords();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => setDrafts({}), [row]);
  const cells = [...ward.columns.map((column, n) => ({ column: column.column, title: column.column, text: row.cells[n] ?? "" })), ...(row.extra ? [{ column: EXTRA, title: t("intake.row.extra"), text: row.extra }] : [])];
  const changes = Object.entries(drafts).map(([column, text]) => ({ row: row.row, column, text }));
  const save = () => {
    setSaving(true);
    setError(null);
    onSave(changes)
      .catch(setError)
      .finally(() => setSaving(false));
  };
  return (
    <Form layout="vertical" onFinish={save} className={styles.form}>
      <RowState row={row} />
      {cells.map(({ column, title, text }) => {
        const why = row.reasons.filter((reason) => reason.column === column).map((reason) => say(reason.text));
        const before = row.before?.[column];
        return (
          <Form.Item
            key={column}
            label={title}
            htmlFor={`cell-${column}`}
            validateStatus={why.length ? "error" : undefined}
            help={[...why, before === undefined ? "" : t("intake.cell.before", { text: before || t("intake.grid.blank") })].filter(Boolean).join(" · ") || undefined}
          >
            <Input id={`cell-${column}`} value={drafts[column] ?? text} onChange={(event) => setDrafts((all) => ({ ...all, [column]: event.target.value }))} />
          </Form.Item>
        );
      })}
      {error ? <ErrorNote error={error} /> : null}
      <div className={styles.foot}>
        <Button onClick={() => onStep(-1)}>{t("intake.row.previous")}</Button>
        <Button onClick={() => onStep(1)}>{t("intake.row.next")}</Button>
        <Button type="primary" htmlType="submit" disabled={changes.length === 0} loading={saving}>
          {t("intake.row.save")}
        </Button>
      </div>
    </Form>
  );
}
