// Live pulses: what the stream tells runs along its lines, a sample of it when much happens; never when motion is not wanted.
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useLive } from "@/live/stream.ts";
import { useCalm } from "@/pages/worlds/useCalm.ts";
import { usePalette } from "@/theme/usePalette.ts";
import { curve, pointAt, type Curve, type Graph } from "./layout.ts";
import styles from "./Map.module.css";

const TRAVEL_MS = 700;
const MOST = 240;
const A_BATCH = 3; // pulses of one kind that a batch starts at most

interface Pulse {
  readonly curve: Curve;
  readonly since: number;
  readonly acts: boolean;
}

export function Pulses({ graph }: { graph: Graph }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  const calm = useCalm();
  const pulses = useRef<Pulse[]>([]);
  const frame = useRef(0);
  const { into, outOf, kinds } = useMemo(() => routes(graph), [graph]);

  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    pen.canvas.width = graph.width * ratio;
    pen.canvas.height = graph.height * ratio;
    return () => cancelAnimationFrame(frame.current);
  }, [graph.width, graph.height]);

  const draw = () => {
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    const now = performance.now();
    const ratio = pen.canvas.width / graph.width;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, graph.width, graph.height);
    pulses.current = pulses.current.filter((pulse) => now - pulse.since < TRAVEL_MS);
    for (const pulse of pulses.current) {
      const share = (now - pulse.since) / TRAVEL_MS;
      if (share < 0) continue;
      const { x, y } = pointAt(pulse.curve, share);
      pen.globalAlpha = Math.min(1, 4 * (1 - share));
      pen.fillStyle = pulse.acts ? palette.good : palette.accent;
      pen.beginPath();
      pen.arc(x, y, 3, 0, 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
    frame.current = pulses.current.length ? requestAnimationFrame(draw) : 0;
  };

  useLive(kinds, (batch) => {
    if (calm || document.visibilityState !== "visible") return;
    const now = performance.now();
    const started = new Map<string, number>();
    const start = (key: string, lines: readonly Curve[] | undefined, delay: number, acts: boolean) => {
      const count = started.get(key) ?? 0;
      if (!lines || count >= A_BATCH || pulses.current.length > MOST) return;
      started.set(key, count + 1);
      for (const one of lines) pulses.current.push({ curve: one, since: now + delay + count * 60, acts });
    };
    for (const { kind, source, body } of batch.entries) {
      if (kind === "decisions") {
        const action = String(body["action_kind"]);
        if (body["status"] !== "allowed" && body["status"] !== "held") continue;
        start(`d:${action}`, into.get(`action:${action}|${String(body["link"])}`), 0, true);
        if (body["status"] === "allowed") start(`a:${action}`, outOf.get(`action:${action}`), TRAVEL_MS, true);
        continue;
      }
      start(`i:${kind}`, into.get(`${kind}|${speaker(source)}`), 0, false);
      start(`o:${kind}`, outOf.get(kind), TRAVEL_MS, false);
    }
    if (pulses.current.length && !frame.current) frame.current = requestAnimationFrame(draw);
  });

  return <canvas ref={canvas} className={styles.pulses} style={{ width: graph.width, height: graph.height }} aria-hidden="true" />;
}

/** Which curves lead into a word from a speaker, and out of it to its hearers. */
function routes(graph: Graph) {
  const into = new Map<string, Curve[]>();
  const outOf = new Map<string, Curve[]>();
  const kinds = new Set(["decisions"]);
  const add = (book: Map<string, Curve[]>, key: string, one: Curve) => book.set(key, [...(book.get(key) ?? []), one]);
  for (const line of graph.lines) {
    const one = curve(line);
    const word = (box: (typeof line)["from"]) => (box.column === "action" ? `action:${box.name}` : box.kind);
    if (line.to.column === "event" || line.to.column === "action") add(into, `${word(line.to)}|${line.from.name}`, one);
    if (line.from.column === "event" || line.from.column === "action") add(outOf, word(line.from), one);
    for (const box of [line.from, line.to]) if (box.column === "event") kinds.add(box.kind);
  }
  return { into, outOf, kinds: [...kinds].sort() };
}

/** The world or link that a source of the log belongs to, as the API counts it. */
function speaker(source: string): string {
  const [name = "", rest = ""] = source.split(/:(.*)/s);
  const known: Readonly<Record<string, string>> = { link: rest, hook: "channels", webchat: "channels", file: "files", clock: "loop" };
  return known[name] ?? name;
}
