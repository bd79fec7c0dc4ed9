// A table that draws only the rows in sight: 100,000 rows scroll as ten do.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import styles from "./VirtualTable.module.css";

export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  /** px, or a share of what is left ("1fr"). */
  readonly width: number | string;
  readonly align?: "left" | "right";
  readonly cell: (row: Row, index: number) => ReactNode;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly height: number | string;
  readonly rowHeight?: number;
  readonly selected?: string;
  readonly onRow?: (row: Row, index: number) => void;
  /** Called when the end of the rows comes into sight: fetch the next page. */
  readonly onEnd?: () => void;
  readonly empty?: ReactNode;
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>): ReactNode {
  const { label, columns, rows, rowKey, height, rowHeight = 36, selected, onRow, onEnd, empty } = props;
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => place.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? -1;
  useEffect(() => {
    if (onEnd && rows.length > 0 && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  const grid = { gridTemplateColumns: columns.map((one) => (typeof one.width === "number" ? `${one.width}px` : `minmax(120px, ${one.width})`)).join(" ") };
  return (
    <div ref={place} className={styles.place} style={{ height }} role="table" aria-label={label} aria-rowcount={rows.length + 1} tabIndex={0}>
      <div className={styles.head} style={grid} role="row">
        {columns.map((column) => (
          <div key={column.key} role="columnheader" className={column.align === "right" ? styles.right : ""}>
            {column.title}
          </div>
        ))}
      </div>
      {rows.length === 0 && empty ? <div role="row"><div role="cell">{empty}</div></div> : null}
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row, item.index);
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selected === key || undefined}
              className={`${styles.row} ${onRow ? styles.click : ""} ${selected === key ? styles.selected : ""}`}
              style={{ ...grid, height: item.size, transform: `translateY(${item.start}px)` }}
              onClick={onRow ? () => onRow(row, item.index) : undefined}
            >
              {columns.map((column) => (
                <div key={column.key} role="cell" className={column.align === "right" ? styles.right : ""}>
                  {column.cell(row, item.index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
