// Rows a day as small bars; days without rows leave their gap.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { TableFreshness } from "./api.ts";

const SHOWN = 30;
const [STEP, HIGH] = [4, 24];
const DAY_MS = 86_400_000;

export function DayBars({ days }: { days: TableFreshness["days"] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const newest = Date.parse(days[days.length - 1]?.day ?? "");
  const byAge = new Map(days.map((one) => [Math.round((newest - Date.parse(one.day)) / DAY_MS), one] as const));
  const most = Math.max(1, ...days.map((one) => one.rows));
  const wide = SHOWN * STEP;
  const last = days[days.length - 1];
  const label = last ? t("data.days.label", { day: last.day, rows: format.number(last.rows), most: format.number(most) }) : "";
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="img" aria-label={label}>
      <title>{label}</title>
      {Array.from({ length: SHOWN }, (_, n) => {
        const one = byAge.get(SHOWN - 1 - n);
        if (!one) return <rect key={n} x={n * STEP} y={HIGH - 1} width={STEP - 1} height={1} fill="var(--ll-line)" />;
        const high = Math.max(2, (one.rows / most) * (HIGH - 2));
        return <rect key={n} x={n * STEP} y={HIGH - high} width={STEP - 1} height={high} fill={n === SHOWN - 1 ? "var(--ll-accent)" : "var(--ll-line-strong)"} />;
      })}
    </svg>
  );
}
