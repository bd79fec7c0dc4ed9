// The map as tables: the same facts for who reads rather than looks.
import { Table, type TableProps } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { MapCity, MapLane, MapPlace, MapRegion, TownMapData } from "./data.ts";
import styles from "./MapTable.module.css";

export function MapTable({ map }: { map: TownMapData }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const count = <Row,>(key: string, of: (row: Row) => number, warns = false) => ({
    title: t(`worlds.map.${key}`),
    key,
    align: "right" as const,
    sorter: (a: Row, b: Row) => of(a) - of(b),
    render: (_: unknown, row: Row) => (warns && of(row) > 0 ? <Tone tone="warn">{format.number(of(row))}</Tone> : format.number(of(row))),
  });
  const region = new Map(map.regions.map((one) => [one.region, say(one.name)]));
  const city = new Map(map.cities.map((one) => [one.city, say(one.name)]));
  const place = new Map(map.places.map((one) => [one.place, say(one.name)]));
  return (
    <div className={styles.tables}>
      <Facts<MapPlace>
        title={t("worlds.map.places")}
        rows={map.places}
        rowKey="place"
        columns={[
          { title: t("worlds.map.place"), key: "name", render: (_, row) => say(row.name) },
          count("on_hand", (row) => row.on_hand),
          count("on_order", (row) => row.on_order),
          count("sold_out", (row) => row.sold_out, true),
          count("parcels_out", (row) => row.parcels),
          count("late", (row) => row.late, true),
        ]}
      />
      <Facts<MapRegion>
        title={t("worlds.map.regions")}
        rows={map.regions}
        rowKey="region"
        columns={[
          { title: t("worlds.map.region"), key: "name", render: (_, row) => say(row.name) },
          { title: t("worlds.map.sky"), key: "sky", render: (_, row) => (row.sky === "clear" ? t("worlds.sky.clear") : <Tone tone={row.sky === "rain" ? "info" : "warn"}>{t(`worlds.sky.${row.sky}`)}</Tone>) },
          count("orders_hour", (row) => row.orders_hour),
          count("parcels_in", (row) => row.parcels),
          count("late", (row) => row.late, true),
        ]}
      />
      <Facts<MapCity>
        title={t("worlds.map.cities")}
        rows={[...map.cities].sort((a, b) => b.orders_hour - a.orders_hour)}
        rowKey="city"
        columns={[
          { title: t("worlds.map.city"), key: "name", render: (_, row) => say(row.name) },
          { title: t("worlds.map.region"), key: "region", render: (_, row) => region.get(row.region) },
          count("orders_hour", (row) => row.orders_hour),
          { title: t("worlds.map.sales_hour"), key: "sales", align: "right", render: (_, row) => format.money(row.sales_hour, "whole") },
          count("parcels_in", (row) => row.parcels),
          count("late", (row) => row.late, true),
        ]}
      />
      <Facts<MapLane>
        title={t("worlds.map.lanes")}
        rows={[...map.lanes].sort((a, b) => b.parcels - a.parcels)}
        rowKey={(row) => `${row.origin}|${row.city}`}
        columns={[
          { title: t("worlds.map.from"), key: "from", render: (_, row) => place.get(row.origin) ?? row.origin },
          { title: t("worlds.map.to"), key: "to", render: (_, row) => city.get(row.city) ?? row.city },
          count("packed", (row) => row.packed),
          count("parcels_in", (row) => row.parcels),
          count("late", (row) => row.late, true),
        ]}
      />
      {map.elsewhere ? <p className={styles.note}>{t("worlds.map.elsewhere", { count: format.number(map.elsewhere) })}</p> : null}
    </div>
  );
}

function Facts<Row extends object>({ title, rows, columns, rowKey }: { title: string; rows: Row[]; columns: TableProps<Row>["columns"]; rowKey: TableProps<Row>["rowKey"] }): ReactNode {
  return (
    <section aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <Table<Row> size="small" dataSource={rows} columns={columns} rowKey={rowKey} pagination={rows.length > 30 ? { pageSize: 25, size: "small", showSizeChanger: false } : false} scroll={{ x: "max-content" }} />
    </section>
  );
}
