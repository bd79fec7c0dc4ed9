// The queue as a list: only rows in sight are drawn; the chosen one is kept in sight; a pill tells of new ones.
import { ArrowUpOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "@/words/index.ts";
import { QueueRow } from "./QueueRow.tsx";
import styles from "@/ui/LiveList.module.css";
import type { Queue } from "./useQueue.ts";

export interface QueueListProps {
  readonly queue: Queue;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly empty: ReactNode;
}

const ROW = 84;

export function QueueList({ queue, chosen, onChoose, empty }: QueueListProps): ReactNode {
  const { t } = useWords();
  const { rows, leaving, fresh, loading } = queue;
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.conversation.conversation_id ?? index,
    overscan: 8,
  });
  const index = rows.findIndex((item) => item.conversation.conversation_id === chosen);
  const there = index >= 0;
  const brought = useRef("");
  useEffect(() => {
    // Only another choice moves the list, once its row is there, never a change of the rows.
    if (!there || brought.current === chosen) return;
    brought.current = chosen;
    virtual.scrollToIndex(index, { align: "auto" });
  }, [chosen, there]);

  return (
    <div className={styles.frame}>
      {fresh > 0 ? (
        <button type="button" className={styles.pill} onClick={queue.showFresh}>
          <ArrowUpOutlined /> {t("service.fresh", { count: fresh })}
        </button>
      ) : null}
      <div
        ref={place}
        className={styles.place}
        role="listbox"
        aria-label={t("service.queue")}
        aria-activedescendant={index >= 0 ? `talk-${chosen}` : undefined}
        aria-busy={loading}
        tabIndex={0}
      >
        {loading ? Array.from({ length: 7 }, (_, n) => <div key={n} className={styles.blank} style={{ height: ROW }} />) : null}
        {!loading && rows.length === 0 ? <div role="option" aria-selected="false">{empty}</div> : null}
        <div className={styles.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((one) => {
            const item = rows[one.index];
            if (!item) return null;
            const id = item.conversation.conversation_id;
            return (
              <div key={one.key} role="presentation" className={styles.slot} style={{ transform: `translateY(${one.start}px)` }}>
                <QueueRow item={item} chosen={id === chosen} leaving={leaving.has(id)} onChoose={onChoose} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
