// Parcels on their lanes, moved by the shop's clock on a canvas above the map; rings where one was packed or came.
import { type ReactNode, useEffect, useRef } from "react";
import { useLive } from "@/live/stream.ts";
import { usePalette } from "@/theme/usePalette.ts";
import type { TownMapData, TownStatus } from "./data.ts";
import type { Drawing, Size } from "./drawing.ts";
import { along, type Point } from "./projection.ts";
import { useCalm } from "./useCalm.ts";
import styles from "./TownMap.module.css";

const RING_MS = 600;
const MOST_RINGS = 60;
const SLOW_MS = 500; // between frames when the reader wants less motion

interface Ring extends Point {
  readonly since: number;
  readonly came: boolean;
}

export function Parcels({ map, town, drawing, size }: { map: TownMapData; town: TownStatus; drawing: Drawing; size: Size }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const calm = useCalm();
  const rings = useRef<Ring[]>([]);
  const clock = useRef({ at: 0, real: 0, speed: 0 });
  clock.current = useClock(town);

  useLive(["parcels"], (batch) => {
    if (calm || document.visibilityState !== "visible") return;
    const now = performance.now();
    for (const { kind, body } of batch.entries) {
      if (kind !== "parcels" || (body["status"] !== "packed" && body["status"] !== "delivered")) continue;
      const came = body["status"] === "delivered";
      const mark = drawing.marks.find((one) => one.key === body[came ? "destination" : "origin"]);
      if (mark && rings.current.length < MOST_RINGS) rings.current.push({ x: mark.x, y: mark.y, since: now, came });
    }
  });

  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !size.width) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    pen.canvas.width = size.width * ratio;
    pen.canvas.height = size.height * ratio;
    const ways = new Map(drawing.ways.map((way) => [way.key, way]));
    const moving = map.lanes.flatMap((lane) => {
      const way = ways.get(`${lane.origin}|${lane.city}`);
      if (!way) return [];
      return lane.sample.map((parcel) => ({ way, left: Date.parse(parcel.left_at), due: Date.parse(parcel.expected_at), late: parcel.late }));
    });
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      const real = performance.now();
      const { at, real: since, speed } = clock.current;
      const now = at + (real - since) * speed;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, size.width, size.height);
      for (const parcel of moving) {
        const share = Math.min(0.985, Math.max(0, (now - parcel.left) / Math.max(1, parcel.due - parcel.left)));
        const { x, y } = along(parcel.way.from, parcel.way.to, share);
        pen.beginPath();
        if (parcel.late) {
          pen.fillStyle = palette.warn;
          pen.moveTo(x, y - 4);
          pen.lineTo(x + 4, y);
          pen.lineTo(x, y + 4);
          pen.lineTo(x - 4, y);
        } else {
          pen.fillStyle = palette.accent;
          pen.arc(x, y, 1.9, 0, 7);
        }
        pen.fill();
      }
      rings.current = rings.current.filter((ring) => real - ring.since < RING_MS);
      for (const ring of rings.current) {
        const age = (real - ring.since) / RING_MS;
        pen.globalAlpha = 1 - age;
        pen.strokeStyle = ring.came ? palette.good : palette.accent;
        pen.lineWidth = 1.5;
        pen.beginPath();
        pen.arc(ring.x, ring.y, 5 + 14 * age, 0, 7);
        pen.stroke();
        pen.globalAlpha = 1;
      }
      if (calm) timer = setTimeout(draw, SLOW_MS);
      else frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [map, drawing, size, palette, calm]);

  return <canvas ref={canvas} className={styles.parcels} aria-hidden="true" />;
}

/** The town's moment when it was told, and the speed that it goes on with (milliseconds a millisecond). */
function useClock(town: TownStatus): { at: number; real: number; speed: number } {
  const last = useRef({ told: "", at: 0, real: 0, speed: 0 });
  const at = Date.parse(town.at);
  const speed = town.paused || town.stepping_to ? 0 : town.speed;
  if (last.current.told !== town.at || last.current.speed !== speed) last.current = { told: town.at, at, real: performance.now(), speed };
  return last.current;
}
