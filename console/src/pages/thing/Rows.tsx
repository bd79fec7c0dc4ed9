// Small tables of the pages of one thing: lines of an order, orders of a customer, parcels.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Money } from "@/ui/Money.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { components } from "@/api/schema.ts";
import type { LineData, OrderRow } from "./data.ts";
import styles from "./Thing.module.css";

type Parcel = components["schemas"]["Parcel"];

const TONES: Readonly<Record<string, ToneName>> = { delivered: "good", paid: "info", shipped: "info", delayed: "warn", failed: "bad", cancelled: "plain", returned: "warn", refunded: "warn" };

export function State({ status }: { status: string }): ReactNode {
  const { maybe } = useWords();
  return <Tone tone={TONES[status] ?? "plain"}>{maybe(`thing.status.${status}`, status)}</Tone>;
}

export function Table({ label, heads, children }: { label: string; heads: readonly (string | readonly [string, "right"])[]; children: ReactNode }): ReactNode {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table}>
        <caption className="ll-hidden">{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={String(head)} scope="col" className={typeof head === "string" ? "" : styles.right}>
                {typeof head === "string" ? head : head[0]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Lines({ lines }: { lines: readonly LineData[] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <Table label={t("thing.lines")} heads={[t("thing.product"), t("thing.place"), [t("thing.quantity"), "right"], [t("thing.price"), "right"], [t("thing.sum"), "right"]]}>
      {lines.map((line) => (
        <tr key={line.line_no}>
          <td>
            <ThingLink kind="product" id={line.product_id}>
              {line.title || line.product_id}
            </ThingLink>
          </td>
          <td>{line.place}</td>
          <td className={styles.right}>{format.number(line.quantity)}</td>
          <td className={styles.right}>
            <Money value={line.price} />
          </td>
          <td className={styles.right}>
            <Money value={{ amount: line.price.amount * line.quantity, currency: line.price.currency }} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function Orders({ orders }: { orders: readonly OrderRow[] }): ReactNode {
  const { t } = useWords();
  return (
    <Table label={t("thing.orders")} heads={[t("thing.order"), t("thing.placed"), t("thing.state"), t("thing.channel"), [t("thing.total"), "right"]]}>
      {orders.map((order) => (
        <tr key={order.order_id}>
          <td>
            <ThingLink kind="order" id={order.order_id} />
          </td>
          <td>
            <When at={order.placed_at} />
          </td>
          <td>
            <State status={order.status} />
          </td>
          <td>{order.channel}</td>
          <td className={styles.right}>
            <Money value={order.total} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function Parcels({ parcels }: { parcels: readonly Parcel[] }): ReactNode {
  const { t } = useWords();
  return (
    <Table label={t("thing.parcels")} heads={[t("thing.parcel"), t("thing.state"), t("thing.carrier"), t("thing.way"), t("thing.promised"), t("thing.arrival")]}>
      {parcels.map((parcel) => (
        <tr key={parcel.parcel_id}>
          <td>
            <ThingLink kind="parcel" id={parcel.parcel_id} />
          </td>
          <td>
            <State status={parcel.status ?? "packed"} />
          </td>
          <td>{parcel.carrier}</td>
          <td>
            {parcel.origin} → {parcel.destination}
          </td>
          <td>
            <When at={parcel.promised_at} />
          </td>
          <td>
            <When at={parcel.delivered_at ?? parcel.expected_at} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
