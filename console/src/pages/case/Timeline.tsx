// The timeline: only what is in sight is drawn, so that a case of a thousand entries opens as one of ten.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef } from "react";
import { useWords } from "@/words/index.ts";
import type { Step } from "./data.ts";
import { groups } from "./group.ts";
import { Line } from "./Line.tsx";
import type { Lanes } from "./lanes.ts";
import styles from "./Case.module.css";

export function Timeline({ steps, lanes }: { steps: readonly Step[]; lanes: Lanes }): ReactNode {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => groups(steps), [steps]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => 52,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 16,
  });
  return (
    <div ref={place} className={styles.timeline} role="feed" aria-label={t("case.timeline")} tabIndex={0}>
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((one) => {
          const group = lines[one.index];
          return group ? (
            <div key={one.key} ref={virtual.measureElement} data-index={one.index} role="article" aria-posinset={one.index + 1} aria-setsize={lines.length} className={styles.slot} style={{ transform: `translateY(${one.start}px)` }}>
              <Line group={group} lanes={lanes} before={lines[one.index - 1]} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}
