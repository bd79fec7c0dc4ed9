// Worlds: the simulated town on a map, its time, its troubles, and what the shop makes of them.
import { GlobalOutlined, TableOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Segmented, Skeleton } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { Controls } from "./Controls.tsx";
import { useTown, useTownMap, type TownMapData } from "./data.ts";
import { MapTable } from "./MapTable.tsx";
import { Tabs } from "./Tabs.tsx";
import { TownMap } from "./TownMap.tsx";
import { Troubles } from "./Troubles.tsx";
import styles from "./Worlds.module.css";

export default function Worlds(): ReactNode {
  const { t } = useWords();
  const town = useTown();
  const map = useTownMap(town.isSuccess);
  const [view, setView] = useState<"map" | "table">("map");
  useKeys({ m: () => setView(view === "map" ? "table" : "map") });
  const none = town.error instanceof ApiError && town.error.code === "town.none";

  return (
    <div className={styles.page}>
      <PageHead title={t("worlds.title")} about={t("worlds.about")}>
        <Tabs />
      </PageHead>
      {none ? (
        <Empty title={t("worlds.none")} actions={<Link to="/worlds/connectors">{t("worlds.none.do")}</Link>}>
          {t("worlds.none.what")}
        </Empty>
      ) : (
        <>
          <ErrorNote error={town.error ?? map.error} again={() => void town.refetch()} />
          {town.data ? <Controls town={town.data} /> : <Skeleton.Node active style={{ width: "100%", height: 58 }} />}
          <div className={styles.parts}>
            <Panel
              title={t("worlds.map.title")}
              label={t("worlds.map.title")}
              note={map.data ? <Sums map={map.data} /> : undefined}
              flush
              actions={
                <Segmented
                  size="small"
                  aria-label={t("worlds.map.view")}
                  value={view}
                  onChange={setView}
                  options={[
                    { value: "map", label: t("worlds.map.view.map"), icon: <GlobalOutlined /> },
                    { value: "table", label: t("worlds.map.view.table"), icon: <TableOutlined /> },
                  ]}
                />
              }
            >
              {!map.data || !town.data ? (
                <div className={styles.waiting} aria-busy="true" />
              ) : view === "map" ? (
                <TownMap map={map.data} town={town.data} />
              ) : (
                <MapTable map={map.data} />
              )}
            </Panel>
            {town.data ? <Troubles town={town.data} /> : <Panel title={t("worlds.troubles")} />}
          </div>
        </>
      )}
    </div>
  );
}

function Sums({ map }: { map: TownMapData }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const sum = (of: (lane: TownMapData["lanes"][number]) => number) => format.number(map.lanes.reduce((all, lane) => all + of(lane), 0));
  const orders = map.cities.reduce((all, city) => all + city.orders_hour, 0);
  return (
    <span>
      {t("worlds.map.sums", { orders: format.number(orders), parcels: sum((lane) => lane.parcels), packed: sum((lane) => lane.packed), late: sum((lane) => lane.late) })}
    </span>
  );
}
