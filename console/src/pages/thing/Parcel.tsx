// One parcel: its way, what was promised, how its carrier usually does, and what the customer was told.
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Left } from "@/ui/Left.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type ParcelData, useThing } from "./data.ts";
import { Decided } from "./Decided.tsx";
import { Facts } from "./Facts.tsx";
import { firstCase, Page } from "./Page.tsx";
import { Lines, State } from "./Rows.tsx";
import { Talk } from "./Talk.tsx";
import styles from "./Thing.module.css";
import { Timeline } from "./Timeline.tsx";

export default function Parcel(): ReactNode {
  const { id } = useParams({ from: "/parcel/$id" });
  const { t } = useWords();
  const format = useFormat();
  const { data, error, refetch } = useThing<ParcelData>("parcels", id);
  const parcel = data?.parcel;
  const days = data?.carrier_days;
  const option = useMemo(
    () => ({
      grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: (days ?? []).map((_, n) => t("thing.carrier.day", { day: n })) },
      yAxis: { type: "value", minInterval: 1 },
      tooltip: { trigger: "axis", renderMode: "richText" },
      series: [{ type: "bar", data: days ?? [], barMaxWidth: 28 }],
    }),
    [days, t],
  );
  return (
    <Page
      title={t("thing.parcel.title", { id })}
      about={parcel ? `${parcel.carrier ?? ""} · ${parcel.origin ?? ""} → ${parcel.destination ?? ""}` : undefined}
      caseId={firstCase(data?.decisions ?? [])}
      error={error}
      again={() => void refetch()}
      ready={Boolean(data)}
    >
      {data && parcel ? (
        <div className={styles.grid}>
          <div className={styles.column}>
            <Panel title={t("thing.lines")} flush>
              <Lines lines={data.lines} />
            </Panel>
            <Timeline moments={data.timeline} here={id} />
            <Talk messages={data.messages} talks={data.talks} />
          </div>
          <div className={styles.column}>
            <Panel title={t("thing.facts")} actions={<SqlPeek sql={data.sql.parcel ?? ""} about={t("thing.facts")} />}>
              <Facts
                facts={[
                  [t("thing.state"), <State key="s" status={parcel.status ?? "packed"} />],
                  [t("thing.order"), <ThingLink key="o" kind="order" id={parcel.order_id} />],
                  [t("thing.customer"), <ThingLink key="c" kind="customer" id={parcel.customer_id ?? ""}>{data.customer?.name || parcel.customer_id}</ThingLink>],
                  [t("thing.shipped"), <When key="sh" at={parcel.shipped_at} />],
                  [
                    t("thing.promised"),
                    <span key="p">
                      <When at={parcel.promised_at} /> {parcel.delivered_at ? null : <Left until={parcel.promised_at} />}
                    </span>,
                  ],
                  parcel.delivered_at ? [t("thing.delivered"), <When key="d" at={parcel.delivered_at} />] : [t("thing.expected"), <When key="e" at={parcel.expected_at} />],
                  data.told ? [t("thing.told"), <When key="t" at={data.told.told_at} />] : null,
                ]}
              />
            </Panel>
            {days?.length ? (
              <Panel
                title={t("thing.carrier.title", { carrier: parcel.carrier ?? "" })}
                note={t("thing.carrier.note", { delivered: format.number(data.carrier_delivered), late: format.percent(data.carrier_delivered ? data.carrier_late / data.carrier_delivered : 0) })}
                actions={<SqlPeek sql={data.sql.carrier ?? ""} about={parcel.carrier} />}
              >
                <Chart option={option} height={160} label={t("thing.carrier.title", { carrier: parcel.carrier ?? "" })} />
              </Panel>
            ) : null}
            <Decided decisions={data.decisions} />
          </div>
        </div>
      ) : null}
    </Page>
  );
}
