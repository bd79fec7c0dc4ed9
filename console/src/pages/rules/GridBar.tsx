// What can be done to rows and columns, with its keys.
import { ArrowDownOutlined, ArrowUpOutlined, CopyOutlined, DeleteOutlined, PlusOutlined, RedoOutlined, UndoOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Dropdown, Popover, Space } from "antd";
import type { ReactNode } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import type { Detail } from "./api.ts";
import * as editing from "./editing.ts";
import type { Pick } from "./Grid.tsx";
import styles from "./Editor.module.css";
import type { Speaker } from "./speaking.ts";
import type { DraftState } from "./useDraft.ts";

export interface GridBarProps {
  readonly draft: DraftState;
  readonly detail: Detail;
  readonly pick: Pick;
  readonly speaker: Speaker;
  readonly readOnly: boolean;
  readonly onPick: (pick: Pick) => void;
  readonly onFocus: () => void;
}

const KEYS = [
  ["Enter", "edit"], ["Tab", "next"], ["mod+C", "copy"], ["mod+V", "paste"], ["mod+Z", "undo"], ["Alt+Enter", "insert"],
  ["mod+D", "duplicate"], ["Alt+↑", "up"], ["Alt+↓", "down"], ["mod+Delete", "delete"], ["Delete", "clear"],
] as const;

export function GridBar({ draft, detail, pick, speaker, readOnly, onPick, onFocus }: GridBarProps): ReactNode {
  const { t } = useWords();
  const { sheet, edit } = draft;
  const row = Math.min(pick.toRow, sheet.rows.length - 1);
  const at = (n: number) => {
    onPick({ row: n, toRow: n, column: pick.toColumn, toColumn: pick.toColumn });
    onFocus();
  };
  const tool = (key: string, icon: ReactNode, off: boolean, does: () => void) => (
    <Button key={key} size="small" type="text" icon={icon} disabled={off} title={t(`rules.do.${key}`)} aria-label={t(`rules.do.${key}`)} onClick={does} />
  );
  const free = (side: "when" | "then") => (side === "when" ? detail.asks : detail.answers).filter((field) => field.kind !== "other" && !(side === "when" ? sheet.inputs : sheet.outputs).includes(field.name));
  const menu = (side: "when" | "then") => ({ items: free(side).map((field) => ({ key: field.name, label: speaker.field(field.name) })), onClick: ({ key }: { key: string }) => edit((now) => editing.addColumn(now, side, key)) });
  const keys = (
    <dl className={styles.keys}>
      {KEYS.map(([key, does]) => (
        <div key={key}>
          <dt>
            <Keys keys={key} />
          </dt>
          <dd>{t(`rules.do.${does}`)}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Space size={2} wrap>
      {readOnly ? null : (
        <>
          {tool("insert", <PlusOutlined />, false, () => { edit((now) => editing.insertRow(now, row + 1)); at(row + 1); })}
          {tool("duplicate", <CopyOutlined />, false, () => { edit((now) => editing.insertRow(now, row + 1, now.rows[row])); at(row + 1); })}
          {tool("up", <ArrowUpOutlined />, row <= 0, () => { edit((now) => editing.moveRow(now, row, row - 1)); at(row - 1); })}
          {tool("down", <ArrowDownOutlined />, row >= sheet.rows.length - 1, () => { edit((now) => editing.moveRow(now, row, row + 1)); at(row + 1); })}
          {tool("delete", <DeleteOutlined />, sheet.rows.length < 2, () => { edit((now) => editing.removeRows(now, row, row)); at(Math.max(0, row - (row === sheet.rows.length - 1 ? 1 : 0))); })}
          {tool("undo", <UndoOutlined />, !draft.canUndo, draft.undo)}
          {tool("redo", <RedoOutlined />, !draft.canRedo, draft.redo)}
          {(["when", "then"] as const).map((side) => (
            <Dropdown key={side} menu={menu(side)} disabled={!free(side).length} trigger={["click"]}>
              <Button size="small" type="text" icon={<PlusOutlined />} disabled={!free(side).length}>
                {t(`rules.column.add.${side}`)}
              </Button>
            </Dropdown>
          ))}
        </>
      )}
      <Popover content={keys} trigger="click" placement="bottomRight">
        <Button size="small" type="text" icon={<QuestionCircleOutlined />} aria-label={t("rules.keys")} title={t("rules.keys")} />
      </Popover>
    </Space>
  );
}
