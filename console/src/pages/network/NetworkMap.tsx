// The network on a map: lanes as wide as their load and coloured by promise time; places and destinations by keyboard too.
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useSize } from "@/ui/useSize.ts";
import { useWords } from "@/words/index.ts";
import type { Arc, NetworkData } from "./data.ts";
import { drawing, type Mark } from "./drawing.ts";
import styles from "./NetworkMap.module.css";
import { stepOf, STEPS, stepsOf } from "./promise.ts";

export interface NetworkMapProps {
  readonly data: NetworkData;
  readonly arcs: readonly Arc[];
  /** Places that are closed, and destinations that are served from elsewhere than before. */
  readonly closed: readonly string[];
  readonly moved: readonly string[];
  readonly loads: Readonly<Record<string, number>>;
}

export function NetworkMap({ data, arcs, closed, moved, loads }: NetworkMapProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const [about, setAbout] = useState("");
  const [stop, setStop] = useState("");
  const shown = useMemo(() => (size.width ? drawing(data, say, size) : null), [data, say, size]);
  const ways = useMemo(() => shown?.ways(arcs) ?? [], [shown, arcs]);
  // The steps are those of today, whatever is shown: before and after have the same colours.
  const steps = useMemo(() => stepsOf(data.arcs.filter((arc) => arc.plan === "present")), [data.arcs]);
  const words = (mark: Mark) =>
    mark.place
      ? t("network.map.place", { name: mark.text, parcels: format.number(loads[mark.key] ?? 0, 0), state: t(closed.includes(mark.key) ? "network.state.closed" : "network.state.open") })
      : t("network.map.destination", { name: mark.text, parcels: format.number(mark.destination?.parcels ?? 0, 0), from: from(arcs, mark.key).join(t("stock.list")) || "–" });
  const hear = (event: KeyboardEvent) => {
    const step: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = step[event.key];
    const here = shown?.marks.find((mark) => mark.key === stop) ?? shown?.marks.find((mark) => mark.place);
    if (!way || !here || !shown) return;
    event.preventDefault();
    const next = nearest(shown.marks, here, way);
    if (!next) return;
    setStop(next.key);
    place.current?.querySelector<SVGElement>(`[data-mark="${CSS.escape(next.key)}"]`)?.focus();
  };
  const first = shown?.marks.find((mark) => mark.place)?.key;
  const told = shown?.marks.find((mark) => mark.key === about);
  return (
    <div ref={place} className={styles.map} onMouseLeave={() => setAbout("")}>
      {shown ? (
        <svg className={styles.drawing} width={size.width} height={size.height} role="group" aria-label={t("network.map.label")} onKeyDown={hear}>
          <path className={styles.land} d={shown.land} aria-hidden="true" />
          <g aria-hidden="true">
            {ways.map(({ key, path, arc, width }) => {
              const mine = about && (arc.origin === about || arc.destination === about);
              return <path key={key} d={path} strokeWidth={width} className={`${styles.lane} ${styles[stepOf(arc.promise_days, steps)] ?? ""} ${arc.kind === "transfer" ? styles.transfer : ""} ${mine ? styles.mine : about ? styles.faint : ""}`} />;
            })}
          </g>
          {shown.marks.map((mark) => (
            <g
              key={mark.key}
              data-mark={mark.key}
              className={`${styles.mark} ${about === mark.key ? styles.about : ""}`}
              transform={`translate(${mark.x.toFixed(1)} ${mark.y.toFixed(1)})`}
              role="img"
              tabIndex={stop === mark.key || (!stop && mark.key === first) ? 0 : -1}
              aria-label={words(mark)}
              onMouseEnter={() => setAbout(mark.key)}
              onMouseLeave={() => setAbout("")}
              onFocus={() => setAbout(mark.key)}
              onBlur={() => setAbout("")}
            >
              {mark.place ? <Warehouse closed={closed.includes(mark.key)} candidate={mark.place.state === "candidate"} /> : <circle r={mark.size} className={`${styles.city} ${moved.includes(mark.key) ? styles.moved : ""}`} />}
            </g>
          ))}
          <g aria-hidden="true">
            {shown.marks.map((mark) => {
              const at = shown.names.get(mark.key) ?? (about === mark.key ? { x: mark.x + mark.size + 4, y: mark.y, anchor: "start" as const } : null);
              return at ? (
                <text key={mark.key} x={at.x} y={at.y} textAnchor={at.anchor} dominantBaseline="central" className={mark.place ? styles.placeName : styles.cityName}>
                  {mark.text}
                </text>
              ) : null;
            })}
          </g>
        </svg>
      ) : null}
      <div className={styles.legend}>
        {told ? (
          <span className={styles.told}>{words(told)}</span>
        ) : (
          <>
            {steps.map((days, n) => (
              <span key={days}>
                <i className={`${styles.line} ${styles[STEPS[n] ?? "last"] ?? ""}`} aria-hidden="true" /> {t("network.promise.upto", { days: format.number(days, 1) })}
              </span>
            ))}
            {steps.length ? (
              <span>
                <i className={`${styles.line} ${styles.last}`} aria-hidden="true" /> {t("network.promise.longer")}
              </span>
            ) : null}
            <span>{t("network.legend.width")}</span>
          </>
        )}
      </div>
      <p className={styles.note}>{t("network.map.honest")}</p>
    </div>
  );
}

function Warehouse({ closed, candidate }: { closed: boolean; candidate: boolean }): ReactNode {
  return (
    <>
      <rect x="-9" y="-9" width="18" height="18" rx="4" className={`${styles.house} ${closed ? styles.closed : candidate ? styles.candidate : ""}`} />
      {closed ? <path className={styles.cross} d="M-5 -5L5 5M5 -5L-5 5" /> : <path className={styles.roof} d="M-5 5V-1L0 -5L5 -1V5M-2 5V1H2V5" />}
    </>
  );
}

/** The places that serve a destination, the most parcels first. */
function from(arcs: readonly Arc[], destination: string): string[] {
  return arcs.filter((arc) => arc.destination === destination && arc.kind !== "transfer").sort((a, b) => b.parcels_per_day - a.parcels_per_day).map((arc) => arc.origin);
}

/** The mark that lies nearest in a direction, what is sideways counting double. */
function nearest(marks: readonly Mark[], here: Mark, [dx, dy]: readonly [number, number]): Mark | null {
  let best: Mark | null = null;
  let least = Infinity;
  for (const mark of marks) {
    const [x, y] = [mark.x - here.x, mark.y - here.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (mark === here || ahead <= 0.5 || ahead + 2 * aside >= least) continue;
    [best, least] = [mark, ahead + 2 * aside];
  }
  return best;
}
