// The land and its weather: dots of each region, tinted by rain and typhoon, with the region's name.
import { memo, type ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import type { TownMapData } from "./data.ts";
import type { Drawing } from "./drawing.ts";
import styles from "./TownMap.module.css";

export const Sky = memo(function Sky({ drawing, map }: { drawing: Drawing; map: TownMapData }): ReactNode {
  const { t } = useWords();
  const sky = new Map(map.regions.map((region) => [region.region, region.sky]));
  return (
    <g aria-hidden="true">
      {drawing.regions.map(({ region, path }) => (
        <path key={region} d={path} className={`${styles.land} ${styles[sky.get(region) ?? "clear"] ?? ""}`} transform={`translate(${drawing.shift.x} ${drawing.shift.y}) scale(${drawing.scale})`} />
      ))}
      {drawing.regions.map(({ region, text, at }) => {
        const now = sky.get(region) ?? "clear";
        if (!at) return null;
        return (
          <g key={region} transform={`translate(${at.x.toFixed(0)} ${at.y.toFixed(0)})`}>
            <text className={styles.regionName} textAnchor="middle">
              {text}
            </text>
            {now !== "clear" ? (
              <text className={`${styles.skyName} ${styles[`${now}Name`] ?? ""}`} textAnchor="middle" y={16}>
                {t(`worlds.sky.${now}`)}
              </text>
            ) : null}
          </g>
        );
      })}
    </g>
  );
});
