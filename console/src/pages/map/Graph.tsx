// The picture: columns of boxes and the lines between them; what is looked at stands out with all that it touches.
import { type KeyboardEvent, memo, type ReactNode, useMemo, useRef, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { BOX, curve, path, type Box, type Column, type Graph as Drawn, type Line } from "./layout.ts";
import type { Names } from "./useNames.ts";
import styles from "./Map.module.css";

const LEAST = 0.05; // a minute: below, the rate says nothing
const HEADS: readonly Column[] = ["speaks", "event", "link", "action", "does"];

interface Props {
  readonly graph: Drawn;
  readonly names: Names;
  readonly matches: (id: string, name: string) => boolean;
  readonly chosen: string;
  readonly onLink: (name: string) => void;
}

export const Graph = memo(function Graph({ graph, names, matches, chosen, onLink }: Props): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const place = useRef<SVGSVGElement>(null);
  const [about, setAbout] = useState("");
  const [stop, setStop] = useState("");
  const looked = about || (chosen ? `link:${chosen}` : "");
  const near = useMemo(() => reach(graph, looked), [graph, looked]);
  const gap = (graph.width - BOX.wide) / (HEADS.length - 1);

  const hear = (event: KeyboardEvent) => {
    const ways: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    const from = graph.boxes.find((box) => box.id === stop) ?? graph.boxes[0];
    if (!way || !from) return;
    event.preventDefault();
    const next = neighbour(graph, from, way);
    if (!next) return;
    setStop(next.id);
    place.current?.querySelector<SVGElement>(`[data-box="${CSS.escape(next.id)}"]`)?.focus();
  };

  return (
    <svg ref={place} className={styles.graph} width={graph.width} height={graph.height} role="group" aria-label={t("map.label")} onKeyDown={hear}>
      <g aria-hidden="true">
        {HEADS.map((head, n) => (
          <text key={head} className={styles.head} x={n * gap} y={16}>
            {t(`map.column.${head}`)}
          </text>
        ))}
        {graph.lines.map((line) => (
          <path key={line.id} d={path(curve(line))} className={lineClass(line, looked, near)} strokeWidth={0.8 + Math.min(3.2, Math.log10(1 + line.today) * 0.8)} />
        ))}
      </g>
      {graph.boxes.map((box, n) => {
        const link = box.column === "link";
        const name = names.of(box.id, box.name);
        const rate = figure(box, format.number, t);
        const pale = (looked && !near.has(box.id)) || !matches(box.id, box.name);
        return (
          <g
            key={box.id}
            data-box={box.id}
            className={`${styles.box} ${styles[box.column] ?? ""} ${pale ? styles.pale : ""} ${chosen === box.name && link ? styles.chosen : ""}`}
            transform={`translate(${box.x} ${box.y - BOX.high / 2})`}
            role={link ? "button" : "img"}
            tabIndex={stop === box.id || (!stop && n === 0) ? 0 : -1}
            // A button is named by its own words; a picture has none that are read.
            aria-label={link ? undefined : t("map.box.says", { name, rate: rate || t("map.box.none") })}
            onMouseEnter={() => setAbout(box.id)}
            onMouseLeave={() => setAbout("")}
            onFocus={() => setAbout(box.id)}
            onBlur={() => setAbout("")}
            onClick={() => link && onLink(box.name)}
            onKeyDown={(event) => {
              if (link && (event.key === "Enter" || event.key === " ")) {
                event.preventDefault();
                onLink(box.name);
              }
            }}
          >
            <rect width={BOX.wide} height={BOX.high} rx={8} />
            <text className={styles.name} x={12} y={rate ? 14 : 21}>
              {short(name)}
            </text>
            <text className={styles.rate} x={12} y={27}>
              {rate}
            </text>
          </g>
        );
      })}
    </svg>
  );
});

function figure(box: Box, number: (value: number, digits?: number) => string, t: (key: string, blanks?: Record<string, string>) => string): string {
  if (box.column === "event") {
    if (!box.today) return t("map.box.none");
    return box.perMinute < LEAST ? t("map.box.action", { today: number(box.today) }) : t("map.box.event", { today: number(box.today), rate: number(box.perMinute, box.perMinute < 10 ? 1 : 0) });
  }
  if (box.column === "action") return box.held ? t("map.box.held", { today: number(box.today), held: number(box.held) }) : t("map.box.action", { today: number(box.today) });
  return box.column !== "link" ? "" : box.today ? t("map.box.link", { today: number(box.today) }) : t("map.box.open");
}

const short = (name: string) => ([...name].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 2 : 1), 0) > 25 ? `${name.slice(0, name.charCodeAt(0) > 255 ? 11 : 22)}…` : name);

function lineClass(line: Line, looked: string, near: ReadonlySet<string>): string {
  const mine = looked && near.has(line.id);
  return [styles.line, line.back ? styles.back : "", line.slow ? styles.slow : "", line.today === 0 ? styles.silent : "", mine ? styles.mine : looked ? styles.faint : ""].join(" ");
}

/** What a box touches, its lines too; through an event or an action to both its ends. */
function reach(graph: Drawn, id: string): ReadonlySet<string> {
  const found = new Set<string>(id ? [id] : []);
  if (!id) return found;
  const through = new Set([id]);
  for (const line of graph.lines) {
    if (line.from.id !== id && line.to.id !== id) continue;
    found.add(line.id).add(line.from.id).add(line.to.id);
    const other = line.from.id === id ? line.to : line.from;
    if (other.column === "event" || other.column === "action") through.add(other.id);
  }
  for (const line of graph.lines) {
    const passes = (through.has(line.from.id) && line.from.id !== id) || (through.has(line.to.id) && line.to.id !== id);
    if (passes && (line.from.column !== "link" || line.to.column !== "link")) found.add(line.id).add(line.from.id).add(line.to.id);
  }
  return found;
}

function neighbour(graph: Drawn, from: Box, [dx, dy]: readonly [number, number]): Box | null {
  const ahead = graph.boxes.filter((box) => (dx ? (box.x - from.x) * dx > 1 : Math.abs(box.x - from.x) < 1 && (box.y - from.y) * dy > 1));
  const cost = (box: Box) => Math.abs(box.x - from.x) * 4 + Math.abs(box.y - from.y);
  return ahead.reduce<Box | null>((best, box) => (!best || cost(box) < cost(best) ? box : best), null);
}
