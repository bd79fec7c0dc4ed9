// Lineage: who says a table, who hears and reads it, and what they say or decide; a click goes on from there.
import { useNavigate } from "@tanstack/react-router";
import { Segmented, Skeleton } from "antd";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { type Lineage, type LineageNode, useLineage } from "./api.ts";
import { BOX, layout, type Placed } from "./layout.ts";
import styles from "./LineagePanel.module.css";

export function LineagePanel({ table }: { table: string }): ReactNode {
  const { t } = useWords();
  const navigate = useNavigate();
  const [steps, setSteps] = useState(2);
  const [focus, setFocus] = useState(`table:${table}`);
  useEffect(() => setFocus(`table:${table}`), [table]);
  const lineage = useLineage(focus, steps);
  const open = (node: LineageNode) => {
    if (["table", "event", "view"].includes(node.kind) && node.name !== table) void navigate({ to: "/data/table/$name", params: { name: node.name }, search: { tab: "lineage" } });
    else setFocus(node.id);
  };
  return (
    <div className={styles.place}>
      <div className={styles.tools}>
        <p>{t("data.lineage.what")}</p>
        <span id="lineage-steps">{t("data.lineage.steps")}</span>
        <Segmented aria-labelledby="lineage-steps" size="small" value={steps} onChange={setSteps} options={[1, 2, 3].map((value) => ({ value, label: String(value) }))} />
      </div>
      {lineage.error ? <ErrorNote error={lineage.error} again={() => void lineage.refetch()} /> : null}
      {lineage.data ? <Graph lineage={lineage.data} focus={focus} onOpen={open} /> : lineage.isPending ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      <ul className={styles.legend}>
        {["says", "hears", "reads", "decides", "does", "builds"].map((how) => (
          <li key={how}>
            <svg width="26" height="8" aria-hidden="true">
              <line x1="0" y1="4" x2="26" y2="4" className={styles[how] ?? ""} />
            </svg>
            {t(`data.how.${how}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Graph({ lineage, focus, onOpen }: { lineage: Lineage; focus: string; onOpen: (node: LineageNode) => void }): ReactNode {
  const { t, say } = useWords();
  const [over, setOver] = useState("");
  const place = useRef<HTMLDivElement>(null);
  const { placed, width, height } = useMemo(() => layout(lineage, focus), [lineage, focus]);
  const byId = useMemo(() => new Map(placed.map((one) => [one.node.id, one])), [placed]);
  const touched = new Set(lineage.edges.filter((edge) => edge.source === over || edge.target === over).flatMap((edge) => [edge.source, edge.target]));
  useEffect(() => {
    // The thing that it is about stands in the middle of what is seen.
    const at = byId.get(focus);
    if (at && place.current) place.current.scrollLeft = at.x + BOX.width / 2 - place.current.clientWidth / 2;
  }, [byId, focus]);
  return (
    <div ref={place} className={styles.scroll} tabIndex={0} role="group" aria-label={t("data.lineage.label")}>
      <div className={styles.graph} style={{ width, height }}>
        <svg width={width} height={height} className={styles.edges} aria-hidden="true">
          {lineage.edges.map((edge) => {
            const [from, to] = [byId.get(edge.source), byId.get(edge.target)];
            if (!from || !to) return null;
            const lit = over && (edge.source === over || edge.target === over);
            return <path key={`${edge.source} ${edge.target} ${edge.how}`} d={curve(from, to)} className={`${styles[edge.how] ?? ""} ${over ? (lit ? styles.lit : styles.dim) : ""}`} />;
          })}
        </svg>
        {placed.map(({ node, x, y }) => (
          <button
            key={node.id}
            type="button"
            className={`${styles.node} ${styles[node.kind] ?? ""} ${node.id === focus ? styles.focus : ""} ${over && !touched.has(node.id) && node.id !== over ? styles.dim : ""}`}
            style={{ left: x, top: y, width: BOX.width, height: BOX.height }}
            aria-current={node.id === focus || undefined}
            title={node.title ? `${say(node.title)} (${node.name})` : node.name}
            onClick={() => onOpen(node)}
            onMouseEnter={() => setOver(node.id)}
            onMouseLeave={() => setOver("")}
            onFocus={() => setOver(node.id)}
            onBlur={() => setOver("")}
          >
            <span className={styles.kind}>{t(`data.kind.${node.kind}`)}</span>
            <span className={styles.name}>{node.title ? say(node.title) : node.name}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** From the right edge of one box to the left edge of the other; back edges bow out below. */
function curve(from: Placed, to: Placed): string {
  const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  if (to.x > from.x) {
    const [x1, x2] = [from.x + BOX.width, to.x];
    const bend = (x2 - x1) / 2;
    return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  }
  const [x1, x2] = [from.x + BOX.width, to.x + (to.x === from.x ? BOX.width : 0)];
  const bow = to.x === from.x ? 36 : 48;
  return to.x === from.x
    ? `M${x1},${y1} C${x1 + bow},${y1} ${x2 + bow},${y2} ${x2},${y2}`
    : `M${from.x},${y1} C${from.x - bow},${y1} ${to.x + BOX.width + bow},${y2} ${to.x + BOX.width},${y2}`;
}
