// The list: only rows in sight are drawn; the chosen one is kept in sight; a pill tells of new ones.
import { ArrowUpOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "@/words/index.ts";
import type { Item } from "./data.ts";
import styles from "@/ui/LiveList.module.css";
import { InboxRow } from "./InboxRow.tsx";
import type { Deed } from "./useDeeds.ts";

export interface InboxListProps {
  readonly label: string;
  readonly rows: readonly Item[];
  readonly chosen: string;
  readonly marked: ReadonlySet<string>;
  readonly markable: boolean;
  readonly busy: ReadonlyMap<string, Deed>;
  readonly leaving: ReadonlyMap<string, string>;
  readonly fresh: number;
  readonly onFresh: () => void;
  readonly onChoose: (id: string) => void;
  readonly onMark: (id: string, range: boolean) => void;
  readonly onEnd?: () => void;
  readonly loading: boolean;
  readonly empty: ReactNode;
}

const ROW = 86;

export function InboxList(props: InboxListProps): ReactNode {
  const { label, rows, chosen, fresh, onEnd, loading, empty } = props;
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const index = rows.findIndex((item) => item.id === chosen);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
    // Only another choice moves the list, never a change of its rows.
  }, [chosen]);
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? -1;
  useEffect(() => {
    if (onEnd && rows.length > 0 && last >= rows.length - 10) onEnd();
  }, [last, rows.length, onEnd]);

  return (
    <div className={styles.frame}>
      {fresh > 0 ? (
        <button type="button" className={styles.pill} onClick={props.onFresh}>
          <ArrowUpOutlined /> {t("decisions.fresh", { count: fresh })}
        </button>
      ) : null}
      <div
        ref={place}
        className={styles.place}
        role="listbox"
        aria-label={label}
        aria-activedescendant={index >= 0 ? `row-${chosen}` : undefined}
        aria-busy={loading}
        tabIndex={0}
      >
        {loading ? Array.from({ length: 6 }, (_, n) => <div key={n} className={styles.blank} style={{ height: ROW }} />) : null}
        {!loading && rows.length === 0 ? <div role="option" aria-selected="false">{empty}</div> : null}
        <div className={styles.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
          {items.map((one) => {
            const item = rows[one.index];
            if (!item) return null;
            return (
              <div key={one.key} ref={virtual.measureElement} data-index={one.index} role="presentation" className={styles.slot} style={{ transform: `translateY(${one.start}px)` }}>
                <InboxRow
                  item={item}
                  chosen={item.id === chosen}
                  marked={props.marked.has(item.id)}
                  markable={props.markable}
                  busy={props.busy.get(item.id)}
                  leaving={props.leaving.get(item.id)}
                  onChoose={props.onChoose}
                  onMark={props.onMark}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
