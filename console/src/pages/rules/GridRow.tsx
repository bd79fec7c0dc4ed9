// One row of the grid: its number and handle, how often it fired, and its cells in words with their text below.
import { HolderOutlined } from "@ant-design/icons";
import { type CSSProperties, memo, type ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import type { Problem, Row } from "./api.ts";
import { cellOf, type Column, type Marks } from "./editing.ts";
import styles from "./Grid.module.css";
import type { Speaker } from "./speaking.ts";

/** The widths of a grid's columns as a CSS grid template. */
export function widths(columns: readonly Column[]): CSSProperties {
  const width = { when: "minmax(96px, 1fr)", then: "minmax(80px, 0.8fr)", note: "minmax(140px, 1.8fr)" };
  const least = { when: 96, then: 80, note: 140 };
  const sum = columns.reduce((all, { side }) => all + least[side], 50 + 58);
  return { gridTemplateColumns: ["50px", "58px", ...columns.map(({ side }) => width[side])].join(" "), minWidth: sum };
}

export interface GridRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly template: CSSProperties;
  readonly columns: readonly Column[];
  readonly speaker: Speaker;
  readonly marks: Marks;
  readonly problems: ReadonlyMap<string, Problem>;
  readonly found: "bad" | "warn" | undefined;
  readonly hits: number | undefined;
  readonly most: number;
  readonly tried: "fired" | "near" | undefined;
  readonly picked: { readonly left: number; readonly right: number } | null;
  readonly active: number;
  readonly hidden: number;
  readonly readOnly: boolean;
  readonly dragged: boolean;
  readonly onPick: (column: number, extend: boolean) => void;
  readonly onOpen: (column: number) => void;
  readonly onDrag: (on: boolean) => void;
  readonly onDrop: () => void;
}

const SIGN = { added: "+", changed: "~" } as const;

export const GridRow = memo(function GridRow(props: GridRowProps): ReactNode {
  const { row, index, top, template, columns, speaker, marks, problems, found, hits, most, tried, picked, active, hidden, readOnly, dragged, onPick, onOpen, onDrag, onDrop } = props;
  const { t, say } = useWords();
  const mark = marks.row.get(row.id);
  const state = [found ? styles[found] : "", tried ? styles[tried === "fired" ? "hit" : "near"] : "", mark ? styles[mark] : "", dragged ? styles.dragged : ""].join(" ");
  const silent = hits === 0;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`${styles.row} ${state}`}
      style={{ ...template, transform: `translateY(${top}px)` }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <div
        role="rowheader"
        className={styles.number}
        draggable={!readOnly}
        onDragStart={() => onDrag(true)}
        onDragEnd={() => onDrag(false)}
        title={readOnly ? row.id : t("rules.drag", { id: row.id })}
        onMouseDown={(event) => onPick(0, event.shiftKey)}
      >
        {readOnly ? null : <HolderOutlined className={styles.handle} aria-hidden="true" />}
        <span>{tried === "fired" ? "▶" : ""}{index + 1}</span>
        <span className={styles.sign} title={mark ? t(`rules.came.${mark}`) : undefined}>{found === "bad" ? "!" : mark ? SIGN[mark] : ""}</span>
      </div>
      <div className={styles.count} role="gridcell" title={hits === undefined ? t("rules.fired.new") : t("rules.fired.times", { n: hits })}>
        <span className={styles.bar} style={{ transform: `scaleX(${hits ? Math.max(0.06, hits / most) : 0})` }} />
        <span className={silent ? styles.silent : ""}>{hits === undefined ? "" : silent ? t("rules.fired.never") : hits}</span>
      </div>
      {columns.map((column, n) => {
        const text = cellOf(row, column);
        const { side, field } = column;
        const problem = problems.get(`${row.id}|${side}|${field}`);
        const words = side === "note" ? speaker.note(text) : side === "when" ? speaker.short(field, text) : text ? speaker.result(field, text) : t("rules.usual");
        const changed = mark !== "added" && marks.cell(row, column);
        const chosen = picked !== null && n >= picked.left && n <= picked.right;
        const looks = [styles.cell, styles[side], chosen ? styles.chosen : "", active === n ? styles.active : "", problem ? styles.wrong : "", changed ? styles.differs : "", text ? "" : styles.blank];
        return (
          <div
            key={`${side}-${field}`}
            id={`cell-${index}-${n}`}
            role="gridcell"
            aria-colindex={n + 1}
            aria-selected={chosen}
            aria-invalid={problem ? true : undefined}
            className={looks.join(" ")}
            title={problem ? `${say(problem.text)} — ${say(problem.todo)}` : undefined}
            onMouseDown={(event) => event.button === 0 && onPick(n, event.shiftKey)}
            onMouseEnter={(event) => event.buttons === 1 && onPick(n, true)}
            onDoubleClick={() => onOpen(n)}
          >
            {hidden === n ? null : (
              <>
                <span className={styles.words}>{words}</span>
                {side === "note" ? null : <code className={styles.text}>{problem ? "⚠ " : changed ? "~ " : ""}{text || "\u00a0"}</code>}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
});
