// One customer: what they bought, what went wrong, what they were given, and what they wrote.
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type CustomerData, useThing } from "./data.ts";
import { Decided } from "./Decided.tsx";
import { Facts } from "./Facts.tsx";
import { firstCase, Page } from "./Page.tsx";
import { Orders, Parcels, Table } from "./Rows.tsx";
import { Talk } from "./Talk.tsx";
import styles from "./Thing.module.css";
import { Timeline } from "./Timeline.tsx";

export default function Customer(): ReactNode {
  const { id } = useParams({ from: "/customer/$id" });
  const { t, maybe } = useWords();
  const format = useFormat();
  const { data, error, refetch } = useThing<CustomerData>("customers", id);
  const given = (data?.remedies ?? []).reduce((sum, one) => sum + (one.settled ? (one.amount?.amount ?? 0) : 0), 0);
  return (
    <Page
      title={data?.customer.name || t("thing.customer.title", { id })}
      about={data ? [id, data.customer.city].filter(Boolean).join(" · ") : undefined}
      caseId={firstCase(data?.decisions ?? [])}
      error={error}
      again={() => void refetch()}
      ready={Boolean(data)}
    >
      {data ? (
        <>
          <section className={styles.numbers} aria-label={t("thing.facts")}>
            <Figure label={t("thing.value")} value={format.money(data.value)} sql={data.sql.value} time={data.first_order_at ? t("thing.since", { date: format.date(data.first_order_at) }) : undefined} />
            <Figure label={t("thing.orders")} value={format.number(data.order_count)} sql={data.sql.orders} time={data.last_order_at ? t("thing.last", { when: format.when(data.last_order_at) }) : undefined} />
            <Figure label={t("thing.given")} value={format.money({ amount: given, currency: data.value.currency })} time={t("thing.given.count", { count: data.remedies.length })} />
            <Figure label={t("thing.messages")} value={format.number(data.messages.length)} sql={data.sql.messages} />
          </section>
          <div className={styles.grid}>
            <div className={styles.column}>
              <Panel title={t("thing.orders")} actions={<SqlPeek sql={data.sql.orders ?? ""} about={t("thing.orders")} />} flush>
                {data.orders.length ? <Orders orders={data.orders} /> : <Empty title={t("thing.orders.none")} />}
              </Panel>
              {data.parcels.length ? (
                <Panel title={t("thing.parcels")} flush>
                  <Parcels parcels={data.parcels} />
                </Panel>
              ) : null}
              <Timeline moments={data.timeline} here={id} />
            </div>
            <div className={styles.column}>
              <Panel title={t("thing.facts")}>
                <Facts
                  facts={[
                    [t("thing.id"), id],
                    [t("thing.language"), maybe(`thing.language.${data.customer.language}`, data.customer.language ?? "")],
                    [t("thing.city"), [data.customer.city, data.customer.region].filter(Boolean).join(" · ")],
                    data.customer.joined_at ? [t("thing.joined"), <When key="j" at={data.customer.joined_at} style="date" />] : null,
                  ]}
                />
              </Panel>
              {data.remedies.length ? (
                <Panel title={t("thing.remedies")} flush>
                  <Table label={t("thing.remedies")} heads={[t("thing.order"), t("thing.remedy"), [t("thing.amount"), "right"]]}>
                    {data.remedies.map((one) => (
                      <tr key={one.order_id}>
                        <td>
                          <ThingLink kind="order" id={one.order_id} />
                        </td>
                        <td>{one.remedy}</td>
                        <td className={styles.right}>
                          <Money value={one.amount} />
                        </td>
                      </tr>
                    ))}
                  </Table>
                </Panel>
              ) : null}
              <Talk messages={data.messages} talks={data.talks} />
              <Decided decisions={data.decisions} />
            </div>
          </div>
        </>
      ) : null}
    </Page>
  );
}
