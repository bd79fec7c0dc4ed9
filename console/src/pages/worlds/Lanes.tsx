// The lanes: wider the more parcels are on them; those of what is looked at stand out, late ones are marked.
import { memo, type ReactNode } from "react";
import type { Drawing, Way } from "./drawing.ts";
import { bend } from "./projection.ts";
import styles from "./TownMap.module.css";

const path = ({ from, to }: Way) => {
  const bow = bend(from, to);
  return `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${bow.x.toFixed(1)} ${bow.y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
};

export const Lanes = memo(function Lanes({ drawing, about }: { drawing: Drawing; about: string }): ReactNode {
  return (
    <g aria-hidden="true">
      {drawing.ways.map((way) => {
        const mine = about !== "" && (way.fromKey === about || way.toKey === about);
        return (
          <path
            key={way.key}
            d={path(way)}
            className={`${styles.lane} ${mine ? styles.mine : about ? styles.faint : ""} ${way.late ? styles.late : ""}`}
            strokeWidth={0.6 + Math.min(3.4, Math.sqrt(way.parcels) / 4)}
          />
        );
      })}
    </g>
  );
});
