// The customer beside the conversation: who they are on which channels, how they feel, what they bought and were promised and given.
import { type ReactNode, useMemo } from "react";
import { Link } from "@tanstack/react-router";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Left } from "@/ui/Left.tsx";
import { Money } from "@/ui/Money.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { Contacts } from "./Contacts.tsx";
import type { Known, TalkData } from "./data.ts";
import { MoodPlot } from "./MoodPlot.tsx";
import styles from "./Side.module.css";

const ORDERS: Readonly<Record<string, ToneName>> = { delivered: "good", paid: "info", shipped: "info", returned: "warn", delayed: "warn", unavailable: "bad" };
const PROMISES: Readonly<Record<string, ToneName>> = { kept: "good", broken: "bad", open: "info", offered: "accent" };
const MOST = 5;

export function Side({ talk }: { talk: TalkData }): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  const { known, conversation: row } = talk;
  const numbers = known.numbers;
  const customer = known.customer;
  return (
    <div className={styles.side}>
      <section className={styles.part}>
        <h3 className={styles.name}>{customer ? <ThingLink kind="customer" id={customer.customer_id}>{customer.name || customer.customer_id}</ThingLink> : known.contact?.name || t("service.visitor")}</h3>
        <p className={styles.quiet}>
          {customer ? [customer.city, customer.region, customer.language ? maybe(`thing.language.${customer.language.slice(0, 2)}`, customer.language) : ""].filter(Boolean).join(" · ") : t("service.unknown")}
        </p>
        {customer && !known.trusted ? <p className={styles.warn}>{t("service.claimed")}</p> : null}
        {customer && numbers ? (
          <dl className={styles.numbers}>
            <div><dt>{t("service.spent")}</dt><dd>{format.money(customer.lifetime_value ?? numbers.spent, "whole")}</dd></div>
            <div><dt>{t("service.orders")}</dt><dd>{format.number(numbers.orders)}</dd></div>
            <div><dt>{t("service.late_parcels")}</dt><dd>{format.number(numbers.late_parcels)}</dd></div>
            <div><dt>{t("service.churn")}</dt><dd>{format.percent(row.churn, 0)}</dd></div>
            <div><dt>{t("service.talks")}</dt><dd>{format.number(numbers.conversations)}</dd></div>
            <div><dt>{t("service.stars")}</dt><dd>{numbers.stars == null ? "–" : format.number(numbers.stars, 1)}</dd></div>
          </dl>
        ) : null}
      </section>
      <section className={styles.part} aria-label={t("service.moods")}>
        <h3 className={styles.title}>{t("service.moods")}</h3>
        <MoodPlot id={row.conversation_id} latest={row.last_message_id || String(row.messages)} />
      </section>
      <Contacts talk={talk} />
      {customer ? (
        <>
          <Orders known={known} here={row.order_id} />
          <Promises known={known} />
          <Remedies known={known} />
        </>
      ) : (
        <section className={styles.part}>
          <Empty title={t("service.nobody")}>{t("service.nobody.about")}</Empty>
        </section>
      )}
      <Reviewed talk={talk} />
    </div>
  );
}

function Orders({ known, here }: { known: Known; here: string }): ReactNode {
  const { t, maybe } = useWords();
  const orders = known.orders ?? [];
  // What this conversation is about stands first.
  const sorted = useMemo(() => [...orders].sort((a, b) => Number(b.order_id === here) - Number(a.order_id === here)), [orders, here]);
  return (
    <section className={styles.part} aria-label={t("service.orders")}>
      <h3 className={styles.title}>{t("service.orders")}</h3>
      {orders.length === 0 ? <p className={styles.quiet}>{t("service.orders.none")}</p> : null}
      <ul className={styles.list}>
        {sorted.slice(0, MOST).map((order) => (
          <li key={order.order_id} className={order.order_id === here ? styles.here : ""}>
            <span className={styles.line}>
              <ThingLink kind="order" id={order.order_id} />
              <Tone tone={ORDERS[order.status] ?? "plain"}>{maybe(`thing.status.${order.status}`, order.status)}</Tone>
              <span className={styles.end}><Money value={order.total} /></span>
            </span>
            <span className={styles.quiet}><When at={order.placed_at} /></span>
            {(known.parcels ?? []).filter((one) => one.order_id === order.order_id).map((parcel) => (
              <span key={parcel.parcel_id} className={styles.line}>
                <ThingLink kind="parcel" id={parcel.parcel_id} />
                <Tone tone={ORDERS[parcel.status] ?? "plain"}>{maybe(`thing.status.${parcel.status}`, parcel.status)}</Tone>
                <span className={`${styles.end} ${styles.quiet}`}>
                  {parcel.delivered_at ? t("service.delivered", { when: "" }) : t("service.expected", { when: "" })}
                  <When at={parcel.delivered_at ?? parcel.expected_at ?? parcel.promised_at} style="date" />
                </span>
              </span>
            ))}
          </li>
        ))}
      </ul>
      {orders.length > MOST && known.customer ? <Link to="/customer/$id" params={{ id: known.customer.customer_id }}>{t("service.orders.more", { count: orders.length - MOST })}</Link> : null}
    </section>
  );
}

function Promises({ known }: { known: Known }): ReactNode {
  const { t } = useWords();
  const promises = known.promises ?? [];
  return (
    <section className={styles.part} aria-label={t("service.promises")}>
      <h3 className={styles.title}>{t("service.promises")}</h3>
      {promises.length === 0 ? <p className={styles.quiet}>{t("service.promises.none")}</p> : null}
      <ul className={styles.list}>
        {promises.slice(0, MOST).map((one) => (
          <li key={one.promise_id} className={styles.line}>
            <span>{t(`service.promise.${one.kind}`)}</span>
            <Tone tone={PROMISES[one.state] ?? "plain"}>{t(`service.promise.state.${one.state}`)}</Tone>
            <span className={`${styles.end} ${styles.quiet}`}>{one.state === "open" || one.state === "offered" ? <Left until={one.due_at} /> : <When at={one.due_at} />}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Remedies({ known }: { known: Known }): ReactNode {
  const { t, maybe } = useWords();
  const given = known.remedies ?? [];
  return (
    <section className={styles.part} aria-label={t("service.remedies")}>
      <h3 className={styles.title}>{t("service.remedies")}</h3>
      {given.length === 0 ? <p className={styles.quiet}>{t("service.remedies.none")}</p> : null}
      <ul className={styles.list}>
        {given.slice(0, MOST).map((one) => (
          <li key={one.order_id} className={styles.line}>
            <ThingLink kind="order" id={one.order_id} />
            <span>{maybe(`service.remedy.${one.remedy}`, one.remedy)}</span>
            <span className={styles.end}>{one.amount?.amount ? <Money value={one.amount} /> : null}</span>
            <Tone tone={one.settled ? "good" : "plain"}>{t(one.settled ? "service.remedy.settled" : "service.remedy.proposed")}</Tone>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Reviewed({ talk }: { talk: TalkData }): ReactNode {
  const { t } = useWords();
  const { stars } = talk.conversation;
  if (!stars && talk.reviews.length === 0) return null;
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>{t("service.judged")}</h3>
      {stars ? <p>{t("service.rated", { stars })}</p> : null}
      {talk.reviews.map((one) => (
        <p key={one.by} className={styles.quiet}>
          {t("service.reviewed", { who: one.by, marks: one.right + one.grounded + one.kind + one.within_policy })} {one.note}
        </p>
      ))}
    </section>
  );
}
