// Map: who hears what, as a picture that pulses with what happens, and as a list.
import { NodeIndexOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Input, Segmented, Switch } from "antd";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useSize } from "@/ui/useSize.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { useWires } from "./data.ts";
import { Graph } from "./Graph.tsx";
import { graph } from "./layout.ts";
import { LinkDrawer } from "./LinkDrawer.tsx";
import { Pulses } from "./Pulses.tsx";
import { useNames } from "./useNames.ts";
import { WireList } from "./WireList.tsx";
import styles from "./Map.module.css";

const NARROWEST = 1010;

export default function Map(): ReactNode {
  const { t } = useWords();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const wires = useWires();
  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const [view, setView] = useState<"graph" | "list">("graph");
  const [filter, setFilter] = useState("");
  const [quiet, setQuiet] = useState(true);
  const names = useNames(wires.data);
  const link = search["link"] ?? "";
  const open = (name: string) => void navigate({ to: "/map", search: name ? { link: name } : {}, replace: true });
  useKeys({ m: () => setView(view === "graph" ? "list" : "graph") });

  // What is drawn changes only when a wire comes or goes; rates change what is written on it, not where it stands.
  const drawn = useMemo(() => (wires.data ? graph(wires.data, Math.max(NARROWEST, size.width - 32), quiet) : null), [wires.data, size.width, quiet]);
  const wanted = filter.trim().toLowerCase();
  const matches = (id: string, name: string) => !wanted || names.of(id, name).toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);

  return (
    <div className={styles.page}>
      <PageHead title={t("map.title")} about={t("map.about")} />
      <ErrorNote error={wires.error} again={() => void wires.refetch()} />
      <Panel
        title={t("map.who")}
        note={wires.data ? t("map.rates", { minutes: wires.data.window_minutes }) : undefined}
        flush
        actions={
          <>
            <label className={styles.quiet}>
              <Switch size="small" checked={quiet} onChange={setQuiet} /> {t("map.quiet")}
            </label>
            <Input.Search size="small" allowClear aria-label={t("map.filter")} placeholder={t("map.filter")} value={filter} onChange={(event) => setFilter(event.target.value)} style={{ width: 190 }} />
            <Segmented
              size="small"
              aria-label={t("map.view")}
              value={view}
              onChange={setView}
              options={[
                { value: "graph", label: t("map.view.graph"), icon: <NodeIndexOutlined /> },
                { value: "list", label: t("map.view.list"), icon: <UnorderedListOutlined /> },
              ]}
            />
          </>
        }
      >
        <div ref={place} className={styles.place} aria-busy={!drawn}>
          {drawn && wires.data && view === "graph" ? (
            <div className={styles.sheet} style={{ width: drawn.width, height: drawn.height }}>
              <Graph graph={drawn} names={names} matches={matches} chosen={link} onLink={open} />
              <Pulses graph={drawn} />
            </div>
          ) : null}
          {wires.data && view === "list" ? <WireList map={wires.data} names={names} matches={matches} onLink={open} /> : null}
        </div>
      </Panel>
      <LinkDrawer name={link} names={names} onClose={() => open("")} />
    </div>
  );
}
