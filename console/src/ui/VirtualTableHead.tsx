// The head of a column: what it is, how it is sorted, and a handle to make it wider.
import { CaretDownOutlined, CaretUpOutlined } from "@ant-design/icons";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useWords } from "@/words/index.ts";
import type { Column } from "./VirtualTable.tsx";
import styles from "./VirtualTable.module.css";

export interface SortState {
  readonly key: string;
  readonly down: boolean;
}

const NARROWEST = 56;
const WIDEST = 1200;
const STEP = 16;

interface ColumnHeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: SortState | null;
  readonly onSort?: (key: string) => void;
  readonly onWidth?: (key: string, width: number) => void;
}

export function ColumnHead<Row>({ column, sort, onSort, onWidth }: ColumnHeadProps<Row>): ReactNode {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const from = useRef<{ x: number; width: number } | null>(null);
  const sorted = sort?.key === column.key ? sort : null;
  const set = (width: number) => onWidth?.(column.key, Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))));
  const grab = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: place.current?.offsetWidth ?? 0 };
  };
  const drag = (event: PointerEvent) => {
    if (from.current) set(from.current.width + event.clientX - from.current.x);
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    set((place.current?.offsetWidth ?? 0) + step);
  };
  const word = column.about || undefined;
  return (
    <div
      ref={place}
      role="columnheader"
      aria-sort={sorted ? (sorted.down ? "descending" : "ascending") : column.sortable ? "none" : undefined}
      className={`${styles.cell} ${column.align === "right" ? styles.rightHead : ""}`}
      title={word}
    >
      {column.sortable && onSort ? (
        <button type="button" className={styles.sort} onClick={() => onSort(column.key)}>
          <span className={styles.word}>{column.title}</span>
          {sorted ? sorted.down ? <CaretDownOutlined /> : <CaretUpOutlined /> : null}
        </button>
      ) : (
        <span className={styles.word}>{column.title}</span>
      )}
      {column.menu}
      {onWidth ? (
        <span
          role="separator"
          aria-orientation="vertical"
          aria-label={t("ui.table.width")}
          aria-valuemin={NARROWEST}
          aria-valuemax={WIDEST}
          aria-valuenow={typeof column.width === "number" ? column.width : NARROWEST}
          tabIndex={0}
          className={styles.handle}
          onPointerDown={grab}
          onPointerMove={drag}
          onPointerUp={() => (from.current = null)}
          onKeyDown={keys}
        />
      ) : null}
    </div>
  );
}
