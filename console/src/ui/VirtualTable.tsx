// A table that draws only the rows in sight: a million rows scroll as ten do, by wheel, by dragging and by keyboard.
import { memo, type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useWords } from "@/words/index.ts";
import { useWindow } from "./useWindow.ts";
import { ColumnHead, type SortState } from "./VirtualTableHead.tsx";
import styles from "./VirtualTable.module.css";

export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  /** px, or a share of what is left ("1fr"). */
  readonly width: number | string;
  readonly align?: "left" | "right";
  /** Shown on hover and read out with the head. */
  readonly about?: string;
  readonly sortable?: boolean;
  /** What stands at the right of the head: a menu. */
  readonly menu?: ReactNode;
  readonly cell: (row: Row, index: number) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly height: number | string;
  /** All rows … */
  readonly rows?: readonly Row[];
  /** … or how many there are and the one at a place; undefined while it is on its way. */
  readonly count?: number;
  readonly rowAt?: (index: number) => Row | undefined;
  readonly rowKey: (row: Row, index: number) => string;
  readonly rowHeight?: number;
  readonly selected?: string;
  /** A click, or Enter on the row that the arrow keys came to. */
  readonly onRow?: (row: Row, index: number) => void;
  /** The row that the keys or the pointer came to. */
  readonly onActive?: (row: Row | undefined, index: number) => void;
  /** The keys work as soon as the page is there. */
  readonly focused?: boolean;
  /** Called when the end of the rows comes into sight: fetch the next page. */
  readonly onEnd?: () => void;
  /** Which rows are in sight, first and last: fetch those. */
  readonly onRange?: (first: number, last: number) => void;
  readonly sort?: SortState | null;
  readonly onSort?: (key: string) => void;
  /** A person made a column wider or narrower. */
  readonly onWidth?: (key: string, width: number) => void;
  readonly empty?: ReactNode;
}

const HEAD = 34;
/** How narrow a column that takes what is left may get, px. */
const LEAST = 120;

export function VirtualTable<Row>(props: VirtualTableProps<Row>): ReactNode {
  const { label, columns, rows, rowAt, rowKey, height, rowHeight = 36, selected, onRow, onActive, focused, onEnd, onRange, sort, onSort, onWidth, empty } = props;
  const count = rows?.length ?? props.count ?? 0;
  const at = useCallback((index: number) => (rows ? rows[index] : rowAt?.(index)), [rows, rowAt]);
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const [active, setActive] = useState(-1);
  const { first, last, top, total, scrollTo } = useWindow(place, count, rowHeight, HEAD);
  const { t } = useWords();

  useEffect(() => {
    if (onEnd && count > 0 && last >= count - 20) onEnd();
  }, [last, count, onEnd]);
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  useEffect(() => {
    if (!focused || !count) return;
    place.current?.focus({ preventScroll: true });
    setActive((now) => Math.max(now, 0));
  }, [focused, count]);
  useEffect(() => onActive?.(active >= 0 ? at(active) : undefined, active), [active, at, onActive]);

  const template = useMemo(
    () => columns.map((one) => (typeof one.width === "number" ? `${one.width}px` : `minmax(${LEAST}px, ${one.width})`)).join(" "),
    [columns],
  );
  const least = columns.reduce((sum, one) => sum + (typeof one.width === "number" ? one.width : LEAST), 0);
  const go = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    setActive(next);
    scrollTo(next);
  };
  const page = Math.max(1, last - first - 2);
  const hear = (event: KeyboardEvent) => {
    if (event.target !== place.current || event.metaKey || event.ctrlKey || event.altKey) return;
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      j: () => go(active + 1),
      k: () => go(active - 1),
      PageDown: () => go(Math.max(active, 0) + page),
      PageUp: () => go(active - page),
      Home: () => go(0),
      End: () => go(count - 1),
      Enter: () => {
        const row = at(active);
        if (row !== undefined) onRow?.(row, active);
      },
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  const indexes = [];
  for (let index = first; index <= last; index += 1) indexes.push(index);
  return (
    <div
      ref={place}
      className={styles.place}
      style={{ height }}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= first && active <= last ? `${id}-${active}` : undefined}
      aria-description={onRow ? t("ui.table.keys") : undefined}
      tabIndex={0}
      onKeyDown={hear}
    >
      <div className={styles.head} style={{ gridTemplateColumns: template, height: HEAD, minWidth: least }} role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <ColumnHead key={column.key} column={column} sort={sort ?? null} onSort={onSort} onWidth={onWidth} />
        ))}
      </div>
      {count === 0 && empty ? (
        <div role="row" className={styles.none}>
          <div role="gridcell">{empty}</div>
        </div>
      ) : null}
      <div role="rowgroup" className={styles.body} style={{ height: total, minWidth: least }}>
        {indexes.map((index) => {
          const row = at(index);
          const key = row === undefined ? "" : rowKey(row, index);
          return (
            <Line
              key={index}
              id={`${id}-${index}`}
              row={row}
              index={index}
              columns={columns as readonly Column<unknown>[]}
              template={template}
              top={top(index)}
              height={rowHeight}
              chosen={row !== undefined && selected === key}
              active={active === index}
              onRow={onRow as ((row: unknown, index: number) => void) | undefined}
              onActive={setActive}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly row: unknown;
  readonly index: number;
  readonly columns: readonly Column<unknown>[];
  readonly template: string;
  readonly top: number;
  readonly height: number;
  readonly chosen: boolean;
  readonly active: boolean;
  readonly onRow?: (row: unknown, index: number) => void;
  readonly onActive: (index: number) => void;
}

const Line = memo(function Line(props: LineProps): ReactNode {
  const { id, row, index, columns, template, top, height, chosen, active, onRow, onActive } = props;
  const names = [styles.row, onRow ? styles.click : "", chosen ? styles.selected : "", active ? styles.active : ""].filter(Boolean).join(" ");
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen || undefined}
      aria-busy={row === undefined || undefined}
      className={names}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${top}px)` }}
      onClick={
        row === undefined
          ? undefined
          : () => {
              onActive(index);
              onRow?.(row, index);
            }
      }
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={column.align === "right" ? styles.right : ""}>
          {row === undefined ? <span className={styles.waiting} /> : column.cell(row, index)}
        </div>
      ))}
    </div>
  );
});
