// Moves between places as a drawing: who gives stands left, who takes right; a line is as wide as the units that move.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Allocation.module.css";
import type { MoveLine, PlaceStock } from "./data.ts";

const BOX = { width: 170, height: 46, gap: 18 };
const WIDTH = 560;

export function Flows({ places, moves }: { places: readonly PlaceStock[]; moves: readonly MoveLine[] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const ways = new Map<string, { from: string; to: string; units: number; held: boolean }>();
  for (const move of moves.filter((one) => ["held", "allowed", "done", "unclear"].includes(one.status))) {
    const key = `${move.from_place}|${move.to_place}|${move.status === "held"}`;
    const way = ways.get(key) ?? { from: move.from_place, to: move.to_place, units: 0, held: move.status === "held" };
    ways.set(key, { ...way, units: way.units + move.quantity });
  }
  const flows = [...ways.values()];
  if (!flows.length) return <Empty title={t("stock.flows.none")}>{t("stock.flows.none.what")}</Empty>;
  const givers = places.filter((place) => flows.some((flow) => flow.from === place.place) || places.some((other) => other.centre === place.place));
  const takers = places.filter((place) => flows.some((flow) => flow.to === place.place));
  const high = Math.max(givers.length, takers.length) * (BOX.height + BOX.gap) + 4;
  const y = (list: readonly PlaceStock[], place: string) => {
    const n = list.findIndex((one) => one.place === place);
    const room = high / Math.max(list.length, 1);
    return n * room + room / 2;
  };
  const most = Math.max(...flows.map((flow) => flow.units));
  const box = (place: PlaceStock, list: readonly PlaceStock[], x: number) => (
    <g key={`${place.place}${x}`} transform={`translate(${x} ${y(list, place.place) - BOX.height / 2})`}>
      <rect className={`${styles.box} ${places.some((other) => other.centre === place.place) ? styles.centre : ""}`} width={BOX.width} height={BOX.height} rx="6" />
      <text className={styles.name} x="10" y="19">
        {place.place}
      </text>
      <text className={styles.small} x="10" y="36">
        {t("stock.units", { count: format.number(place.on_hand) })}
        {place.days_of_cover == null ? "" : ` · ${t("stock.days", { days: format.number(place.days_of_cover, 1) })}`}
      </text>
    </g>
  );
  return (
    <svg className={styles.flows} viewBox={`0 0 ${WIDTH} ${high}`} role="img" aria-label={flows.map((flow) => t("stock.flows.says", { from: flow.from, to: flow.to, units: flow.units })).join(t("stock.list"))}>
      {flows.map((flow, n) => {
        const [x1, x2] = [BOX.width, WIDTH - BOX.width];
        const lift = flows.slice(0, n).filter((other) => other.from === flow.from && other.to === flow.to).length * 14;
        const [y1, y2] = [y(givers, flow.from) + lift, y(takers, flow.to) + lift];
        return (
          <g key={`${flow.from}${flow.to}${flow.held}`}>
            <path className={`${styles.flow} ${flow.held ? "" : styles.old}`} d={`M${x1} ${y1}C${x1 + 70} ${y1} ${x2 - 70} ${y2} ${x2} ${y2}`} strokeWidth={2 + 10 * (flow.units / most)} />
            <text className={styles.units} x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 6} textAnchor="middle">
              {t("stock.units", { count: format.number(flow.units) })}
            </text>
          </g>
        );
      })}
      {givers.map((place) => box(place, givers, 0))}
      {takers.map((place) => box(place, takers, WIDTH - BOX.width))}
    </svg>
  );
}
