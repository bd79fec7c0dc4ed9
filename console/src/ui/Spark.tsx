// A sparkline: the shape of a series in the height of a line.
import type { ReactNode } from "react";

/** `values` oldest first; drawn 88 × 26 px, the last point marked. */
export function Spark({ values, label }: { values: readonly number[]; label?: string }): ReactNode {
  const [wide, high] = [88, 26];
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const at = (n: number, value: number) => [
    (n / (values.length - 1)) * (wide - 6) + 2,
    high - 3 - ((value - low) / span) * (high - 6),
  ];
  const points = values.map((value, n) => at(n, value).map((x) => x.toFixed(1)).join(","));
  const [x, y] = at(values.length - 1, values[values.length - 1] ?? 0);
  return (
    <svg width={wide} height={high} viewBox={`0 0 ${wide} ${high}`} role={label ? "img" : undefined} aria-label={label} aria-hidden={!label}>
      <polyline points={points.join(" ")} fill="none" stroke="var(--ll-accent)" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x} cy={y} r="2.2" fill="var(--ll-accent)" />
    </svg>
  );
}
