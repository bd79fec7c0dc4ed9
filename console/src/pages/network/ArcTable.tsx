// The lanes as a table: the same facts for who reads rather than looks.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { VirtualTable } from "@/ui/VirtualTable.tsx";
import { useWords } from "@/words/index.ts";
import type { Arc, NetworkData } from "./data.ts";

export function ArcTable({ data, arcs }: { data: NetworkData; arcs: readonly Arc[] }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const names = new Map(data.destinations.map((one) => [one.destination, say(one.name)]));
  const rows = [...arcs].sort((a, b) => b.parcels_per_day - a.parcels_per_day);
  return (
    <VirtualTable
      label={t("network.lanes")}
      height={520}
      rows={rows}
      rowKey={(arc) => `${arc.origin}|${arc.destination}|${arc.mode}`}
      columns={[
        { key: "from", title: t("network.lane.from"), width: "1fr", cell: (arc) => arc.origin },
        { key: "to", title: t("network.lane.to"), width: "1fr", cell: (arc) => names.get(arc.destination) ?? arc.destination },
        { key: "mode", title: t("network.lane.mode"), width: 110, cell: (arc) => t(`network.mode.${arc.mode}`) },
        { key: "parcels", title: t("network.lane.parcels"), width: 120, align: "right", cell: (arc) => format.number(arc.parcels_per_day, 1) },
        { key: "share", title: t("network.lane.share"), width: 100, align: "right", cell: (arc) => format.percent(arc.share, 0) },
        { key: "days", title: t("network.lane.days"), width: 110, align: "right", cell: (arc) => format.number(arc.days, 1) },
        { key: "promise", title: t("network.lane.promise"), width: 110, align: "right", cell: (arc) => format.number(arc.promise_days, 1) },
        { key: "cost", title: t("network.lane.cost"), width: 120, align: "right", cell: (arc) => format.money(arc.cost, "whole") },
      ]}
      empty={<Empty title={t("network.lanes.none")} />}
    />
  );
}
