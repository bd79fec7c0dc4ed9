// How the customer felt over the conversation: one point a message, above the line calm, below it upset.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { AREA, at, type Mood } from "./data.ts";
import { badness } from "./moods.tsx";
import styles from "./MoodPlot.module.css";

/** One moment of a conversation as the shop then saw it. */
export interface Felt {
  readonly at: string;
  readonly mood: Mood;
  readonly intensity: number;
}

const [WIDE, HIGH, PAD] = [280, 56, 6];

export function MoodPlot({ id, latest }: { id: string; latest: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { data } = useQuery({ queryKey: [AREA, "moods", id, latest], queryFn: ({ signal }) => get<Felt[]>(at(id, "/moods"), undefined, signal), placeholderData: (before) => before });
  const points = (data ?? []).map((one, n, all) => ({
    ...one,
    x: all.length > 1 ? PAD + (n / (all.length - 1)) * (WIDE - 2 * PAD) : WIDE / 2,
    y: HIGH / 2 + badness(one.mood, one.intensity) * (HIGH / 2 - PAD),
  }));
  const last = points[points.length - 1];
  const label = last ? t("service.moods.label", { count: points.length, mood: t(`service.mood.${last.mood}`) }) : t("service.moods");
  return (
    <div className={styles.frame}>
    <div className={styles.ends} aria-hidden="true"><span>{t("service.mood.pleased")}</span><span>{t("service.mood.angry")}</span></div>
    <svg className={styles.plot} viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={label}>
      <line x1={PAD} x2={WIDE - PAD} y1={HIGH / 2} y2={HIGH / 2} className={styles.zero} />
      <polyline points={points.map((one) => `${one.x.toFixed(1)},${one.y.toFixed(1)}`).join(" ")} className={styles.line} />
      {points.map((one) => (
        <circle key={one.at} cx={one.x} cy={one.y} r={one === last ? 4.5 : 3} className={styles[one.mood]}>
          <title>{`${format.when(one.at)} · ${t(`service.mood.${one.mood}`)} ${format.percent(one.intensity, 0)}`}</title>
        </circle>
      ))}
    </svg>
    </div>
  );
}
