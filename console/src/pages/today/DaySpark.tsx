// The shape of a day by hour: today as far as it has come, over the whole of yesterday.
import type { ReactNode } from "react";

const [WIDE, HIGH] = [240, 30];

/** `today` has an hour per value and stops at now; `before` has the whole day. Both in one scale, drawn to the cell's width. */
export function DaySpark({ today, before }: { today: readonly (number | null)[]; before: readonly (number | null)[] }): ReactNode {
  const known = [...today, ...before].filter((value): value is number => value != null);
  const hours = Math.max(today.length, before.length, 24);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const points = (series: readonly (number | null)[]) =>
    series
      .map((value, n) => (value == null ? null : `${((n / (hours - 1)) * WIDE).toFixed(1)},${(HIGH - 3 - ((value - low) / span) * (HIGH - 6)).toFixed(1)}`))
      .filter((point) => point !== null)
      .join(" ");
  return (
    <svg width="100%" height={HIGH} viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
      {known.length > 1 ? (
        <>
          <polyline points={points(before)} fill="none" stroke="var(--ll-line-strong)" strokeOpacity="0.6" strokeWidth="1.2" vectorEffect="non-scaling-stroke" />
          <polyline points={points(today)} fill="none" stroke="var(--ll-accent)" strokeWidth="1.8" strokeLinejoin="round" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
        </>
      ) : null}
    </svg>
  );
}
