// The grid: a decision table as a spreadsheet, by keyboard and by mouse; only rows in sight are drawn.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from "react";
import { useWords } from "@/words/index.ts";
import type { Field, Problem, Sheet } from "./api.ts";
import { CellEditor } from "./CellEditor.tsx";
import * as editing from "./editing.ts";
import type { Marks } from "./editing.ts";
import styles from "./Grid.module.css";
import { GridHead } from "./GridHead.tsx";
import { GridRow, widths } from "./GridRow.tsx";
import type { Speaker } from "./speaking.ts";

/** The chosen cells: from an anchor to where the keyboard stands. */
export interface Pick {
  readonly row: number;
  readonly column: number;
  readonly toRow: number;
  readonly toColumn: number;
}

export interface GridHandle {
  readonly focus: () => void;
}

export interface GridProps {
  readonly sheet: Sheet;
  readonly fields: ReadonlyMap<string, Field>;
  readonly speaker: Speaker;
  readonly marks: Marks;
  readonly problems: ReadonlyMap<string, Problem>;
  readonly found: ReadonlyMap<string, "bad" | "warn">;
  readonly hits: ReadonlyMap<string, number>;
  readonly tried: ReadonlyMap<string, "fired" | "near">;
  readonly readOnly: boolean;
  readonly height: number;
  readonly pick: Pick;
  readonly onPick: (pick: Pick) => void;
  readonly onEdit: (to: (sheet: Sheet) => Sheet) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly ref?: Ref<GridHandle>;
}

const ROW = 46;
const one = (row: number, column: number): Pick => ({ row, column, toRow: row, toColumn: column });

export function Grid(props: GridProps): ReactNode {
  const { sheet, fields, speaker, marks, problems, found, hits, tried, readOnly, height, pick, onPick, onEdit, onUndo, onRedo, ref } = props;
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => editing.columnsOf(sheet), [sheet]);
  const [edited, setEdited] = useState<{ row: number; column: number; text: string } | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const virtual = useVirtualizer({ count: sheet.rows.length, getScrollElement: () => place.current, estimateSize: () => ROW, overscan: 8, scrollPaddingStart: 60 });
  const template = useMemo(() => widths(columns), [columns]);
  const most = useMemo(() => Math.max(1, ...hits.values()), [hits]);
  const last = { row: sheet.rows.length - 1, column: columns.length - 1 };
  useImperativeHandle(ref, () => ({ focus: () => place.current?.focus() }), []);

  useEffect(() => {
    virtual.scrollToIndex(Math.min(pick.toRow, last.row), { align: "auto" });
    place.current?.querySelector(`#cell-${pick.toRow}-${pick.toColumn}`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pick.toRow, pick.toColumn]);

  const go = (row: number, column: number, extend = false) => {
    const to = { toRow: Math.max(0, Math.min(last.row, row)), toColumn: Math.max(0, Math.min(last.column, column)) };
    onPick(extend ? { ...pick, ...to } : one(to.toRow, to.toColumn));
  };
  const begin = useCallback(
    (row: number, column: number, text?: string) => {
      const [line, at] = [sheet.rows[row], columns[column]];
      if (!readOnly && line && at) setEdited({ row, column, text: text ?? editing.cellOf(line, at) });
    },
    [sheet, columns, readOnly],
  );
  const end = (text: string | null, move: [number, number]) => {
    if (edited && text !== null) onEdit((now) => editing.setCell(now, edited.row, edited.column, text.trim()));
    if (edited) go(edited.row + move[0], edited.column + move[1]);
    setEdited(null);
    place.current?.focus();
  };
  const range = {
    top: Math.min(pick.row, pick.toRow),
    bottom: Math.min(Math.max(pick.row, pick.toRow), last.row),
    left: Math.min(pick.column, pick.toColumn),
    right: Math.min(Math.max(pick.column, pick.toColumn), last.column),
  };
  const texts = () => sheet.rows.slice(range.top, range.bottom + 1).map((row) => columns.slice(range.left, range.right + 1).map((column) => editing.cellOf(row, column)));
  const write = (to: (sheet: Sheet) => Sheet) => {
    if (!readOnly) onEdit(to);
  };
  const clear = () => write((now) => editing.paste(now, range.top, range.left, texts().map((line) => line.map(() => ""))));

  const copy = (event: ClipboardEvent, cut = false) => {
    if (edited) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", editing.toTsv(texts()));
    if (cut) clear();
  };
  const pasted = (event: ClipboardEvent) => {
    if (edited || readOnly) return;
    event.preventDefault();
    const lines = editing.fromTsv(event.clipboardData.getData("text/plain"));
    const [single] = lines.length === 1 && lines[0]?.length === 1 ? lines[0] : [undefined];
    const wide = range.bottom > range.top || range.right > range.left;
    write((now) => editing.paste(now, range.top, range.left, single !== undefined && wide ? texts().map((line) => line.map(() => single.trim())) : lines.map((line) => line.map((cell) => cell.trim()))));
  };

  const hear = (event: KeyboardEvent<HTMLDivElement>) => {
    if (edited || event.nativeEvent.isComposing || event.target !== place.current) return;
    const mod = event.metaKey || event.ctrlKey;
    const { toRow: row, toColumn: column } = pick;
    const page = Math.max(1, Math.floor(height / ROW) - 2);
    const moves: Record<string, [number, number]> = {
      ArrowUp: [mod ? -row : -1, 0], ArrowDown: [mod ? last.row - row : 1, 0], ArrowLeft: [0, mod ? -column : -1], ArrowRight: [0, mod ? last.column - column : 1],
      Home: [mod ? -row : 0, -column], End: [mod ? last.row - row : 0, last.column - column], PageUp: [-page, 0], PageDown: [page, 0],
    };
    const move = moves[event.key];
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const to = row + (event.key === "ArrowUp" ? -1 : 1);
      if (to < 0 || to > last.row) return event.preventDefault();
      write((now) => editing.moveRow(now, row, to));
      go(to, column);
    } else if (event.altKey && event.key === "Enter") {
      write((now) => editing.insertRow(now, row + 1));
      go(row + 1, column);
      onPick(one(row + 1, column));
    } else if (move) go(row + move[0], column + move[1], event.shiftKey);
    else if (event.key === "Tab") {
      const to = column + (event.shiftKey ? -1 : 1);
      if (to < 0 || to > last.column) return; // past the edge the keyboard leaves the grid
      go(row, to);
    } else if (event.key === "Enter" || event.key === "F2") begin(row, column);
    else if (mod && event.key.toLowerCase() === "z") (event.shiftKey ? onRedo : onUndo)();
    else if (mod && event.key.toLowerCase() === "y") onRedo();
    else if (mod && event.key.toLowerCase() === "d") {
      write((now) => editing.insertRow(now, row + 1, now.rows[row]));
      onPick(one(row + 1, column));
    } else if (mod && event.key.toLowerCase() === "a") onPick({ row: 0, column: 0, toRow: last.row, toColumn: last.column });
    else if (mod && (event.key === "Backspace" || event.key === "Delete")) {
      write((now) => editing.removeRows(now, range.top, range.bottom));
      onPick(one(Math.min(range.top, Math.max(0, last.row - 1)), column));
    } else if (event.key === "Backspace" || event.key === "Delete") clear();
    else if (event.key === "Escape") onPick(one(row, column));
    else if (event.key.length === 1 && !mod && !event.altKey) begin(row, column, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const line = edited ? sheet.rows[edited.row] : undefined;
  const at = edited ? columns[edited.column] : undefined;
  return (
    <div
      ref={place}
      className={styles.place}
      style={{ height }}
      role="grid"
      tabIndex={0}
      aria-label={t("rules.grid")}
      aria-rowcount={sheet.rows.length + 1}
      aria-colcount={columns.length}
      aria-readonly={readOnly}
      aria-multiselectable
      aria-activedescendant={`cell-${pick.toRow}-${pick.toColumn}`}
      onKeyDown={hear}
      onCopy={copy}
      onCut={(event) => copy(event, true)}
      onPaste={pasted}
    >
      <GridHead columns={columns} template={template} fields={fields} speaker={speaker} readOnly={readOnly} onRemove={(side, field) => write((now) => editing.removeColumn(now, side, field))} />
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = sheet.rows[item.index];
          return row ? (
            <GridRow
              key={row.id}
              row={row}
              index={item.index}
              top={item.start}
              template={template}
              columns={columns}
              speaker={speaker}
              marks={marks}
              problems={problems}
              found={found.get(row.id)}
              hits={hits.get(row.id)}
              most={most}
              tried={tried.get(row.id)}
              picked={item.index >= range.top && item.index <= range.bottom ? range : null}
              active={item.index === pick.toRow ? pick.toColumn : -1}
              hidden={edited?.row === item.index ? edited.column : -1}
              readOnly={readOnly}
              dragged={dragged === item.index}
              onPick={(column, extend) => go(item.index, column, extend)}
              onOpen={(column) => begin(item.index, column)}
              onDrag={(on) => setDragged(on ? item.index : null)}
              onDrop={() => {
                if (dragged !== null) write((now) => editing.moveRow(now, dragged, item.index));
                setDragged(null);
                go(item.index, pick.toColumn);
              }}
            />
          ) : null;
        })}
      </div>
      {edited && line && at ? (
        <CellEditor
          key={`${edited.row}-${edited.column}`}
          column={at}
          field={fields.get(at.field)}
          speaker={speaker}
          text={edited.text}
          anchor={() => place.current?.querySelector(`#cell-${edited.row}-${edited.column}`) ?? null}
          label={t("rules.cell.label", { row: edited.row + 1, column: at.side === "note" ? t("rules.note") : speaker.field(at.field) })}
          onDone={end}
        />
      ) : null}
    </div>
  );
}
