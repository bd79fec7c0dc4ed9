// One order: what was bought, how it was paid, where it is, what was said and decided about it.
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type OrderData, useThing } from "./data.ts";
import { Decided } from "./Decided.tsx";
import { Facts } from "./Facts.tsx";
import { firstCase, Page } from "./Page.tsx";
import { Lines, Parcels, State, Table } from "./Rows.tsx";
import { Talk } from "./Talk.tsx";
import styles from "./Thing.module.css";
import { Timeline } from "./Timeline.tsx";

export default function Order(): ReactNode {
  const { id } = useParams({ from: "/order/$id" });
  const { t, maybe } = useWords();
  const format = useFormat();
  const { data, error, refetch } = useThing<OrderData>("orders", id);
  const order = data?.order;
  return (
    <Page
      title={t("thing.order.title", { id })}
      about={order ? t("thing.order.about", { when: format.when(order.placed_at), total: format.money(order.total) }) : undefined}
      caseId={firstCase(data?.decisions ?? [])}
      error={error}
      again={() => void refetch()}
      ready={Boolean(data)}
    >
      {data && order ? (
        <div className={styles.grid}>
          <div className={styles.column}>
            <Panel title={t("thing.lines")} actions={<SqlPeek sql={data.sql.lines ?? ""} about={t("thing.lines")} />} flush>
              <Lines lines={data.lines} />
            </Panel>
            <Panel title={t("thing.parcels")} actions={<SqlPeek sql={data.sql.parcels ?? ""} about={t("thing.parcels")} />} flush>
              {data.parcels.length ? <Parcels parcels={data.parcels} /> : <Empty title={t("thing.parcels.none")}>{t("thing.parcels.none.what")}</Empty>}
            </Panel>
            <Timeline moments={data.timeline} here={id} />
          </div>
          <div className={styles.column}>
            <Panel title={t("thing.facts")} actions={<SqlPeek sql={data.sql.order ?? ""} about={t("thing.facts")} />}>
              <Facts
                facts={[
                  [t("thing.state"), <State key="s" status={order.status ?? "placed"} />],
                  [t("thing.customer"), <ThingLink key="c" kind="customer" id={order.customer_id ?? ""}>{data.customer?.name || order.customer_id}</ThingLink>],
                  [t("thing.total"), <Money key="m" value={order.total} />],
                  [t("thing.placed"), <When key="w" at={order.placed_at} />],
                  [t("thing.channel"), order.channel ?? ""],
                  [t("thing.region"), order.region ?? ""],
                ]}
              />
            </Panel>
            <Panel title={t("thing.payments")} actions={<SqlPeek sql={data.sql.payments ?? ""} about={t("thing.payments")} />} flush>
              {data.payments.length ? (
                <Table label={t("thing.payments")} heads={[t("thing.provider"), t("thing.state"), [t("thing.amount"), "right"], t("thing.when")]}>
                  {data.payments.map((one) => (
                    <tr key={one.payment_no}>
                      <td>{maybe(`today.provider.${one.provider}`, one.provider || one.method)}</td>
                      <td>
                        <State status={one.status ?? "paid"} />
                      </td>
                      <td className={styles.right}>
                        <Money value={one.amount} />
                      </td>
                      <td>
                        <When at={one.paid_at} />
                      </td>
                    </tr>
                  ))}
                </Table>
              ) : (
                <Empty title={t("thing.payments.none")}>{t("thing.payments.none.what")}</Empty>
              )}
            </Panel>
            <Decided decisions={data.decisions} />
            <Talk messages={data.messages} talks={data.talks} />
          </div>
        </div>
      ) : null}
    </Page>
  );
}
