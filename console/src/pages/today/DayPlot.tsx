// The day's chart, drawn by ourselves: two lines, the usual range, alerts, and what was at the moment that one points at.
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useSize } from "@/ui/useSize.ts";
import { useWords } from "@/words/index.ts";
import styles from "./DayPlot.module.css";
import { bandOf, everyHours, lineOf, roomFor, type Scale, ticks } from "./plotting.ts";
import type { PulseDay } from "./pulseDay.ts";

const [TOP, RIGHT, BOTTOM] = [10, 12, 22];
const HOUR = 3_600_000;

export interface DayPlotProps {
  readonly day: PulseDay;
  /** What the chart shows, in words. */
  readonly label: string;
  /** Only whole numbers make sense. */
  readonly whole: boolean;
  /** A value beside the axis, and one in the read-out. */
  readonly short: (value: number) => string;
  readonly full: (value: number | null | undefined) => string;
  /** A moment of the day in the shop's zone. */
  readonly time: (at: Date) => string;
}

export function DayPlot({ day, label, whole, short, full, time }: DayPlotProps): ReactNode {
  const { t, say } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const [pointed, setPointed] = useState<number | null>(null);
  const drawn = useMemo(() => (width > 0 ? drawing(day, whole, short, width, height) : null), [day, whole, short, width, height]);
  const { count, start, step, today, yesterday, usual, marks } = day;
  const clock = (slot: number) => time(new Date(start + slot * step));
  const at = pointed == null ? null : Math.min(pointed, count - 1);
  const shown = at ?? Math.max(0, today.length - 1);
  const opened = marks.filter((mark) => mark.slot === shown);
  const values: (readonly [string, string])[] = [
    [t("today.pulse.today"), full(today[shown])],
    [t("today.pulse.yesterday"), full(yesterday[shown])],
    ...(usual ? [[t("today.pulse.usual"), `${full(usual.low[shown])} – ${full(usual.high[shown])}`] as const] : []),
  ];
  const span = `${clock(shown)}–${clock(shown + 1)}`;

  const point = (clientX: number) => {
    const left = place.current?.getBoundingClientRect().left ?? 0;
    if (drawn) setPointed(Math.max(0, Math.min(count - 1, Math.round((clientX - left - drawn.left) / drawn.per))));
  };
  const hear = (event: KeyboardEvent) => {
    const hour = Math.max(1, Math.round(HOUR / step));
    const to: Record<string, number | null> = {
      ArrowLeft: shown - 1,
      ArrowDown: shown - 1,
      ArrowRight: shown + 1,
      ArrowUp: shown + 1,
      PageDown: shown - hour,
      PageUp: shown + hour,
      Home: 0,
      End: count - 1,
      Escape: null,
    };
    const found = to[event.key];
    if (found === undefined) return;
    event.preventDefault();
    setPointed(found === null ? null : Math.max(0, Math.min(count - 1, found)));
  };

  return (
    <div ref={place} className={styles.plot} role="group" aria-label={label} onPointerMove={(event) => point(event.clientX)} onPointerDown={(event) => point(event.clientX)} onPointerLeave={() => setPointed(null)}>
      {drawn ? (
        <svg width={width} height={height} aria-hidden="true">
          {drawn.values.map((value) => (
            <g key={value}>
              <line className={styles.grid} x1={drawn.left} x2={width - RIGHT} y1={drawn.y(value)} y2={drawn.y(value)} />
              <text className={styles.label} x={drawn.left - 8} y={drawn.y(value) + 4} textAnchor="end">
                {short(value)}
              </text>
            </g>
          ))}
          {drawn.hours.map((slot) => (
            <text key={slot} className={styles.label} x={drawn.x(slot)} y={height - 5} textAnchor={drawn.x(slot) < 24 ? "start" : "middle"}>
              {clock(slot)}
            </text>
          ))}
          <path className={styles.band} d={drawn.band} />
          <path className={styles.yesterday} d={drawn.yesterday} />
          <path className={styles.today} d={drawn.today} />
          {at == null ? null : (
            <>
              <line className={styles.cursor} x1={drawn.x(at)} x2={drawn.x(at)} y1={TOP} y2={height - BOTTOM} />
              {yesterday[at] == null ? null : <circle className={styles.before} cx={drawn.x(at)} cy={drawn.y(yesterday[at] ?? 0)} r="3" />}
            </>
          )}
          {today[shown] == null ? null : <circle className={styles.now} cx={drawn.x(shown)} cy={drawn.y(today[shown] ?? 0)} r="3.2" />}
        </svg>
      ) : null}
      <div
        className={styles.moments}
        role="slider"
        tabIndex={0}
        aria-label={t("today.pulse.moment")}
        aria-valuemin={0}
        aria-valuemax={count - 1}
        aria-valuenow={shown}
        aria-valuetext={[span, ...values.map(([name, value]) => `${name} ${value}`), ...opened.map((mark) => say(mark.alert.text))].join(", ")}
        onKeyDown={hear}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && setPointed(shown)}
        onBlur={() => setPointed(null)}
      />
      {drawn
        ? marks.map(({ slot, alert }) => (
            <Link key={alert.alert_id} to="/case/$id" params={{ id: alert.case_id }} className={styles.mark} style={{ left: drawn.x(slot), top: height - BOTTOM }} aria-label={say(alert.text)} />
          ))
        : null}
      {drawn && at != null ? (
        <div className={styles.said} style={drawn.x(at) < width / 2 ? { left: drawn.x(at) + 12 } : { right: width - drawn.x(at) + 12 }} aria-hidden="true">
          <b>{span}</b>
          {values.map(([name, value]) => (
            <p key={name}>
              {name} <b>{value}</b>
            </p>
          ))}
          {opened.map(({ alert }) => (
            <div key={alert.alert_id} className={styles.alert}>
              {say(alert.text)}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

interface Drawn extends Scale {
  readonly left: number;
  /** px of a slot */
  readonly per: number;
  readonly values: readonly number[];
  /** Slots whose time stands on the axis. */
  readonly hours: readonly number[];
  readonly today: string;
  readonly yesterday: string;
  readonly band: string;
}

function drawing(day: PulseDay, whole: boolean, short: (value: number) => string, width: number, height: number): Drawn {
  const known = [...day.today, ...day.yesterday, ...(day.usual?.high ?? [])].filter((value): value is number => value != null);
  const values = ticks(Math.max(0, ...known), whole);
  const left = Math.ceil(Math.max(...values.map((value) => roomFor(short(value))))) + 10;
  const per = (width - left - RIGHT) / (day.count - 1);
  const top = values[values.length - 1] || 1;
  const scale = { x: (slot: number) => left + slot * per, y: (value: number) => TOP + (1 - value / top) * (height - TOP - BOTTOM) };
  const hours = (day.count * day.step) / HOUR;
  const every = Math.max(1, Math.round((everyHours(hours, width - left - RIGHT, 54) * HOUR) / day.step));
  return {
    ...scale,
    left,
    per,
    values,
    hours: Array.from({ length: Math.ceil(day.count / every) }, (_, n) => n * every),
    today: lineOf(day.today, scale),
    yesterday: lineOf(day.yesterday, scale),
    band: day.usual ? bandOf(day.usual.low, day.usual.high, scale) : "",
  };
}
