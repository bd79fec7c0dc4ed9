// The network: who serves whom now and in the best plan, its cost and proven gap, and what a change would bring.
import { GlobalOutlined, TableOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { ApiError } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { Tabs } from "@/pages/stock/Tabs.tsx";
import { type Changes, isNothing, NOTHING, useNetwork, useWhatIf } from "./data.ts";
import { ArcTable } from "./ArcTable.tsx";
import { Figures } from "./Figures.tsx";
import styles from "./Network.module.css";
import { NetworkMap } from "./NetworkMap.tsx";
import { Proposal } from "./Proposal.tsx";
import { WhatIf } from "./WhatIf.tsx";

type Side = "present" | "best" | "kept" | "after";

export default function Network(): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useNetwork();
  const [changes, setChanges] = useState<Changes>(NOTHING);
  const [side, setSide] = useState<Side>("present");
  const [view, setView] = useState<"map" | "table">("map");
  const asked = !isNothing(changes);
  const answer = useWhatIf(changes, data);
  const outlook = asked ? answer.data : undefined;
  const sides: readonly Side[] = asked ? ["present", "kept", "after"] : ["present", "best"];
  const wanted: Side = sides.includes(side) ? side : asked ? "after" : "present";
  // Until the answer is there, the network of today stays in sight.
  const shown: Side = (wanted === "kept" || wanted === "after") && !outlook?.[wanted] ? "present" : wanted;
  const arcs = useMemo(() => {
    if (!data) return [];
    if (shown === "kept" || shown === "after") return outlook?.[shown]?.arcs ?? [];
    return data.arcs.filter((arc) => arc.plan === shown);
  }, [data, outlook, shown]);
  const loads = useMemo(() => {
    const found: Record<string, number> = {};
    for (const arc of arcs) if (arc.kind !== "transfer") found[arc.origin] = (found[arc.origin] ?? 0) + arc.parcels_per_day;
    return found;
  }, [arcs]);
  useKeys({
    m: () => setView(view === "map" ? "table" : "map"),
    b: () => setSide(sides[(sides.indexOf(shown) + 1) % sides.length] ?? "present"),
    w: () => document.getElementById("network-closed")?.focus(),
    Escape: () => setChanges(NOTHING),
  });
  const closed = data ? data.places.filter((place) => (asked && (wanted === "kept" || wanted === "after") ? changes.closed.includes(place.place) : shown === "best" ? place.open_at_best === false : place.state === "closed")).map((place) => place.place) : [];
  const unmodelled = answer.error instanceof ApiError && answer.error.code === "model.none";
  const empty = data && !data.lanes;
  return (
    <div className={styles.page}>
      <PageHead title={t("network.title")} about={t("network.about")}>
        <Tabs />
      </PageHead>
      <ErrorNote error={error} again={() => void refetch()} />
      {empty ? (
        <Empty title={t("network.none")} actions={<Link to="/data/import">{t("network.none.do")}</Link>}>
          {t("network.none.what")}
        </Empty>
      ) : null}
      {data && (data.places.length || data.destinations.length) ? (
        <>
          {data.plans.length ? <Figures data={data} outlook={outlook} asked={asked} /> : empty ? null : <p className={styles.wait}>{t("network.no_plan")}</p>}
          <Proposal data={data} />
          <div className={empty ? styles.page : styles.parts}>
            <Panel
              title={t("network.map")}
              note={data.unplaced ? t("network.unplaced", { count: data.unplaced }) : undefined}
              flush
              actions={
                <>
                  {data.plans.length ? (
                    <Segmented size="small" aria-label={t("network.side")} value={shown} onChange={setSide} options={sides.map((one) => ({ value: one, label: t(`network.side.${one}`), disabled: (one === "kept" || one === "after") && !outlook }))} />
                  ) : null}
                  <Segmented
                    size="small"
                    aria-label={t("network.view")}
                    value={view}
                    onChange={setView}
                    options={[
                      { value: "map", label: t("network.view.map"), icon: <GlobalOutlined /> },
                      { value: "table", label: t("network.view.table"), icon: <TableOutlined /> },
                    ]}
                  />
                  <SqlPeek sql={data.sql.arcs ?? ""} about={t("network.title")} />
                </>
              }
            >
              {view === "map" ? (
                <NetworkMap data={data} arcs={arcs} closed={closed} moved={outlook && shown === "after" ? outlook.moved : []} loads={loads} />
              ) : (
                <ArcTable data={data} arcs={arcs} />
              )}
            </Panel>
            {empty ? null : <WhatIf data={data} changes={changes} outlook={outlook} busy={asked && answer.isFetching} problem={asked && !unmodelled ? answer.error : null} unmodelled={asked && unmodelled} onChange={(next) => { setChanges(next); setSide(isNothing(next) ? "present" : "after"); }} />}
          </div>
        </>
      ) : null}
    </div>
  );
}
