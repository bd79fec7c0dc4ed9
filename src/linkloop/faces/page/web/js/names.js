/** Names: what actions, events and facts are called in a sentence. */

import { cash, number, percent, stamp } from "./format.js";
import { half, knows, say, t, word } from "./i18n.js";
import { state } from "./state.js";

export function product(id) {
  const title = state.products.get(id);
  return title ? half(title) : id || t("all.products");
}

const units = (lines) => (lines || []).reduce((sum, line) => sum + line.quantity, 0);
const customer = (id) => id || t("visitor");

/** The title of an action: what would happen. */
export function actionTitle(kind, action) {
  const key = `action.${kind}`;
  return t(knows(key) ? key : "action.other", {
    kind: kind.replace(/(?<!^)([A-Z])/g, " $1"),
    customer: customer(action.customer_id),
    order: action.order_id,
    amount: cash(action.amount),
    quantity: number(action.quantity || 0),
    product: product(action.product_id),
    place: action.place,
    text: action.text,
    expedite: action.expedite ? t("expedited") : "",
  });
}

const EVENTS = {
  order_placed: (e) => ["", { n: number(units(e.lines)), total: cash(e.total), customer: customer(e.customer_id), region: word("region", e.region || e.place) }],
  order_returned: (e) => ["warn", { order: e.order_id, cause: e.cause }],
  payment_tried: (e) => ["bad", { provider: word("provider", e.provider), amount: cash(e.amount), error: word("failure", e.error) }],
  payments_failing: (e) => ["bad", { provider: word("provider", e.provider), rate: percent(e.success_rate), usual: percent(e.expected_rate), money: cash(e.money_waiting) }],
  demand_spiked: (e) => ["warn", { product: product(e.product_id), n: number(e.observed), usual: number(e.expected, 1), minutes: e.window_minutes }],
  message_received: (e) => ["accent", { customer: customer(e.customer_id), text: e.text }],
  parcel_delayed: (e) => ["warn", { order: e.order_id, cause: word("cause", e.cause), at: stamp(e.expected_at) }],
  parcel_delivered: (e) => [e.late_days > 0 ? "warn" : "", { order: e.order_id, days: number(e.days, 1), carrier: e.carrier }],
  stock_promised: (e) => ["", { product: product(e.product_id), n: number(e.quantity), at: stamp(e.arrives_at) }],
  stock_arrived: (e) => ["good", { product: product(e.product_id), n: number(e.quantity), place: e.place }],
  customer_stayed: (e) => [e.stayed ? "good" : "warn", { customer: customer(e.customer_id), what: t(e.stayed ? "stayed" : "left") }],
  file_imported: (e) => ["good", { file: e.file, n: number(e.rows_kept), bad: number(e.rows_quarantined) }],
};

/** The kinds that the feed follows; a payment that went well is no news. */
export const FEED_KINDS = [...Object.keys(EVENTS), "decisions", "alerts"];

/** {tone, title, detail, weight} of a log entry for the feed, or null for what is not shown there. */
export function sentence(entry) {
  const { kind, body } = entry;
  if (kind === "decisions") {
    const tone = { held: "warn", refused: "bad", failed: "bad", unclear: "warn" }[body.status] || "accent";
    return { tone, title: actionTitle(body.action_kind, body.action), detail: say(body.reason), weight: tone === "accent" ? Number(body.at_risk.amount > 0) : 2 };
  }
  if (kind === "alerts") {
    const open = body.status === "open";
    return { tone: open ? (body.severity === "critical" ? "bad" : "warn") : "good", title: t(open ? "alert.opened" : "alert.over"), detail: say(body.text), weight: 3 };
  }
  if (!EVENTS[kind] || (kind === "payment_tried" && body.succeeded)) return null;
  const [tone, given] = EVENTS[kind](body);
  const loud = ["payments_failing", "demand_spiked"].includes(kind);
  return { tone, title: t(`event.${kind}`, given), detail: t(`event.${kind}.detail`, given), weight: loud ? 3 : 0 };
}

/** A value out of a fact, readable: money, moments and texts by their shape. */
export function plain(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "number") return Number.isInteger(value) ? number(value) : number(value, 3);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value) ? stamp(value) : value;
  if (Array.isArray(value)) return value.length > 12 ? t("list.of", { n: number(value.length) }) : value.map(plain).join(", ");
  if ("amount" in value && "currency" in value) return cash(value);
  if ("en" in value && "zh" in value) return say(value);
  return Object.entries(value).map(([name, one]) => `${name} ${plain(one)}`).join(" · ");
}
