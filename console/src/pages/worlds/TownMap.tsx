// The town as a map: regions and their weather, lanes with the parcels on them, cities by their orders, warehouses.
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { TownMapData, TownStatus } from "./data.ts";
import { drawing, type Drawing, type Mark } from "./drawing.ts";
import { Lanes } from "./Lanes.tsx";
import { MapDetail } from "./MapDetail.tsx";
import { Parcels } from "./Parcels.tsx";
import { Sky } from "./Sky.tsx";
import { useSize } from "@/ui/useSize.ts";
import styles from "./TownMap.module.css";

export function TownMap({ map, town }: { map: TownMapData; town: TownStatus }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const [chosen, setChosen] = useState("");
  const [hovered, setHovered] = useState("");
  const [stop, setStop] = useState("");
  const shown = useMemo(
    () => drawing(map, say, size, (name) => t("worlds.map.place.name", { name })),
    [map, say, size, t],
  );
  const about = hovered || chosen;

  const hear = (event: KeyboardEvent) => {
    const step: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = step[event.key];
    const from = shown.marks.find((mark) => mark.key === stop) ?? shown.marks[0];
    if (event.key === "Escape") setChosen("");
    if (!way || !from) return;
    event.preventDefault();
    const next = nearest(shown, from, way);
    if (!next) return;
    setStop(next.key);
    place.current?.querySelector<SVGElement>(`[data-mark="${CSS.escape(next.key)}"]`)?.focus();
  };

  const words = (mark: Mark) =>
    mark.place
      ? t("worlds.map.place.says", { name: mark.text, units: format.number(mark.place.on_hand), parcels: format.number(mark.place.parcels), out: format.number(mark.place.sold_out) })
      : t("worlds.map.city.says", { name: mark.text, orders: format.number(mark.city?.orders_hour ?? 0), parcels: format.number(mark.city?.parcels ?? 0), late: format.number(mark.city?.late ?? 0) });

  return (
    <div ref={place} className={styles.map} onMouseLeave={() => setHovered("")}>
      {size.width ? (
        <svg className={styles.drawing} width={size.width} height={size.height} role="group" aria-label={t("worlds.map.label")} onKeyDown={hear} onClick={() => setChosen("")}>
          <Sky drawing={shown} map={map} />
          <Lanes drawing={shown} about={about} />
          {shown.marks.map((mark, n) => (
            <g
              key={mark.key}
              data-mark={mark.key}
              className={`${styles.mark} ${about === mark.key ? styles.about : ""} ${mark.place ? styles.place : ""}`}
              transform={`translate(${mark.x.toFixed(1)} ${mark.y.toFixed(1)})`}
              role="button"
              tabIndex={stop === mark.key || (!stop && n === 0) ? 0 : -1}
              aria-label={words(mark)}
              aria-pressed={chosen === mark.key}
              onMouseEnter={() => setHovered(mark.key)}
              onMouseLeave={() => setHovered("")}
              onFocus={() => setHovered(mark.key)}
              onBlur={() => setHovered("")}
              onClick={(event) => {
                event.stopPropagation();
                setStop(mark.key);
                setChosen(chosen === mark.key ? "" : mark.key);
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter" || event.key === " ") {
                  event.preventDefault();
                  setChosen(chosen === mark.key ? "" : mark.key);
                }
              }}
            >
              {mark.place ? <PlaceMark /> : <circle r={mark.size} className={styles.city} />}
            </g>
          ))}
          <Names drawing={shown} about={about} />
        </svg>
      ) : null}
      <Parcels map={map} town={town} drawing={shown} size={size} />
      <MapDetail map={map} drawing={shown} about={about} kept={chosen === about} />
      <p className={styles.note}>{t("worlds.map.honest")}</p>
    </div>
  );
}

function PlaceMark(): ReactNode {
  return (
    <>
      <path className={styles.pin} d="M0 0L-5 -9H5Z" />
      <rect className={styles.house} x="-12" y="-31" width="24" height="23" rx="6" />
      <path className={styles.roof} d="M-6.5 -13.5V-20L0 -25L6.5 -20V-13.5M-3 -13.5V-18H3V-13.5" />
    </>
  );
}

function Names({ drawing: { marks, names }, about }: { drawing: Drawing; about: string }): ReactNode {
  return (
    <g aria-hidden="true">
      {marks.map((mark) => {
        const at = names.get(mark.key) ?? (about === mark.key ? { x: mark.x + mark.size + 4, y: mark.y, anchor: "start" as const } : null);
        return at ? (
          <text key={mark.key} x={at.x} y={at.y} textAnchor={at.anchor} dominantBaseline="central" className={mark.place ? styles.placeName : styles.cityName}>
            {mark.text}
          </text>
        ) : null;
      })}
    </g>
  );
}

/** The mark that lies nearest in a direction, what is sideways counting double. */
function nearest({ marks }: Drawing, from: Mark, [dx, dy]: readonly [number, number]): Mark | null {
  let best: Mark | null = null;
  let least = Infinity;
  for (const mark of marks) {
    const [x, y] = [mark.x - from.x, mark.y - from.y];
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (mark === from || ahead <= 0.5 || ahead + 2 * aside >= least) continue;
    [best, least] = [mark, ahead + 2 * aside];
  }
  return best;
}
