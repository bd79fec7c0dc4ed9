// One product: how it sells, where it lies and how long that lasts, what comes, and what could be sold instead.
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type ProductData, useThing } from "./data.ts";
import { Decided } from "./Decided.tsx";
import { Facts } from "./Facts.tsx";
import { firstCase, Page } from "./Page.tsx";
import { Orders, Table } from "./Rows.tsx";
import { salesOption } from "./salesOption.ts";
import styles from "./Thing.module.css";
import { Timeline } from "./Timeline.tsx";

export default function Product(): ReactNode {
  const { id } = useParams({ from: "/product/$id" });
  const { t, say } = useWords();
  const format = useFormat();
  const { data, error, refetch } = useThing<ProductData>("products", id);
  const product = data?.product;
  const currency = product?.price?.currency ?? "CNY";
  const option = useMemo(() => (data ? salesOption(data.days, currency, format, t) : null), [data, currency, format, t]);
  const total = (data?.places ?? []).reduce((sum, one) => sum + one.on_hand, 0);
  const pace = (data?.places ?? []).reduce((sum, one) => sum + one.units_per_day, 0);
  const week = (data?.days ?? []).slice(-8, -1).reduce((sum, one) => sum + one.units, 0);
  const before = (data?.days ?? []).slice(-15, -8).reduce((sum, one) => sum + one.units, 0);
  return (
    <Page
      title={product?.title || t("thing.product.title", { id })}
      about={data ? [id, say(data.category), product?.brand].filter(Boolean).join(" · ") : undefined}
      caseId={firstCase(data?.decisions ?? [])}
      error={error}
      again={() => void refetch()}
      ready={Boolean(data)}
    >
      {data && product ? (
        <>
          <section className={styles.numbers} aria-label={t("thing.facts")}>
            <Figure
              label={t("thing.week")}
              value={format.number(week)}
              unit={t("thing.units")}
              change={before ? week / before - 1 : null}
              against={t("thing.week.before")}
              series={data.days.slice(-15, -1).map((one) => one.units)}
              sql={data.sql.days}
            />
            <Figure label={t("thing.on_hand")} value={format.number(total)} unit={t("thing.units")} sql={data.sql.places} time={t("thing.places.count", { count: data.places.length })} />
            <Figure
              label={t("thing.cover")}
              value={pace ? format.number(total / pace, 1) : "–"}
              unit={pace ? t("thing.days") : undefined}
              time={t("thing.pace", { pace: format.number(pace, 1) })}
              tone={pace && total / pace < 4 ? "warn" : "plain"}
            />
            <Figure label={t("thing.price")} value={format.money(product.price)} time={product.cost && product.price ? t("thing.margin", { margin: format.percent(1 - product.cost.amount / product.price.amount, 0) }) : undefined} />
          </section>
          <div className={styles.grid}>
            <div className={styles.column}>
              <Panel title={t("thing.sales")} note={t("thing.sales.note", { days: data.days.length })} actions={<SqlPeek sql={data.sql.days ?? ""} about={t("thing.sales")} />}>
                {option ? <Chart option={option} height={220} label={t("thing.sales")} /> : null}
              </Panel>
              <Panel title={t("thing.places")} actions={<SqlPeek sql={data.sql.places ?? ""} about={t("thing.places")} />} flush>
                {data.places.length ? (
                  <Table label={t("thing.places")} heads={[t("thing.place"), [t("thing.on_hand"), "right"], [t("thing.on_order"), "right"], [t("thing.a_day"), "right"], [t("thing.cover"), "right"], t("thing.ends")]}>
                    {data.places.map((one) => (
                      <tr key={one.place}>
                        <td>{one.name || one.place}</td>
                        <td className={styles.right}>{format.number(one.on_hand)}</td>
                        <td className={styles.right}>{format.number(one.on_order)}</td>
                        <td className={styles.right}>{format.number(one.units_per_day, 1)}</td>
                        <td className={styles.right}>{one.days_of_cover == null ? "–" : t("thing.cover.days", { days: format.number(one.days_of_cover, 1) })}</td>
                        <td>
                          <When at={one.ends_at} style="date" />
                        </td>
                      </tr>
                    ))}
                  </Table>
                ) : (
                  <Empty title={t("thing.places.none")}>{t("thing.places.none.what")}</Empty>
                )}
              </Panel>
              <Panel title={t("thing.latest")} actions={<SqlPeek sql={data.sql.orders ?? ""} about={t("thing.latest")} />} flush>
                {data.orders.length ? <Orders orders={data.orders} /> : <Empty title={t("thing.orders.none")} />}
              </Panel>
              <Timeline moments={data.timeline} here={id} />
            </div>
            <div className={styles.column}>
              <Panel title={t("thing.coming")} flush>
                {data.coming.length ? (
                  <Table label={t("thing.coming")} heads={[t("thing.place"), [t("thing.quantity"), "right"], t("thing.arrival")]}>
                    {data.coming.map((one) => (
                      <tr key={`${one.reference}${one.decision_id}`}>
                        <td>{one.place}</td>
                        <td className={styles.right}>{format.number(one.quantity)}</td>
                        <td>
                          {one.decision_id ? (
                            <ThingLink kind="decision" id={one.decision_id}>
                              <Tone tone="accent">{t("thing.coming.held")}</Tone>
                            </ThingLink>
                          ) : (
                            <When at={one.arrives_at} style="date" />
                          )}
                        </td>
                      </tr>
                    ))}
                  </Table>
                ) : (
                  <Empty title={t("thing.coming.none")}>{t("thing.coming.none.what")}</Empty>
                )}
              </Panel>
              <Panel title={t("thing.alike")} note={say(data.category)} flush>
                {data.alike.length ? (
                  <Table label={t("thing.alike")} heads={[t("thing.product"), [t("thing.price"), "right"], [t("thing.on_hand"), "right"]]}>
                    {data.alike.map((one) => (
                      <tr key={one.product_id}>
                        <td>
                          <ThingLink kind="product" id={one.product_id}>
                            {one.title || one.product_id}
                          </ThingLink>
                        </td>
                        <td className={styles.right}>
                          <Money value={one.price} />
                        </td>
                        <td className={styles.right}>{format.number(one.on_hand)}</td>
                      </tr>
                    ))}
                  </Table>
                ) : (
                  <Empty title={t("thing.alike.none")} />
                )}
              </Panel>
              <Panel title={t("thing.facts")}>
                <Facts
                  facts={[
                    [t("thing.id"), id],
                    [t("thing.supplier"), data.supplier?.name || product.supplier_id || ""],
                    data.supplier ? [t("thing.lead"), t("thing.cover.days", { days: format.number(data.supplier.lead_time_days ?? 0, 1) })] : null,
                    [t("thing.cost"), <Money key="c" value={product.cost} />],
                    product.weight_g ? [t("thing.weight"), `${format.number(product.weight_g)} g`] : null,
                  ]}
                />
              </Panel>
              <Decided decisions={data.decisions} />
            </div>
          </div>
        </>
      ) : null}
    </Page>
  );
}
