/** The figures of today, each with its unit, its moment, how it was yesterday at this time, and its SQL on demand. */

import { every, sql } from "./api.js";
import { $, h, put } from "./dom.js";
import { openSql } from "./drawer.js";
import { clock, dayStart, money, number, percent } from "./format.js";
import { t } from "./i18n.js";
import { on, shopNow, state } from "./state.js";

const DAY = 86_400_000;
const COUNTS = `SELECT metric,
  minute >= CAST($today AS TIMESTAMPTZ) AS today,
  CAST(sum("count") AS BIGINT) AS n,
  CAST(sum("of") AS BIGINT) AS base,
  CAST(sum(money) AS BIGINT) AS money
FROM minute_counts
WHERE minute >= CAST($yesterday AS TIMESTAMPTZ)
  AND (minute >= CAST($today AS TIMESTAMPTZ) OR minute < CAST($then AS TIMESTAMPTZ))
GROUP BY ALL`;
const REPLIES = `SELECT count(*) AS n
FROM decisions
WHERE action_kind = 'Reply' AND status = 'done' AND "at" >= CAST($today AS TIMESTAMPTZ)`;
const ALERTS = "SELECT count(*) AS n FROM alerts WHERE status = 'open'";
const HELD = "SELECT count(*) AS n FROM decisions WHERE status = 'held'";

let turn = 0; // replies are counted every third time: decisions are wide rows
let known = null; // {at, now: {orders, money, visits}, before: {...}, replies}

async function learn() {
  const at = shopNow();
  const today = dayStart(at);
  const moments = { today: iso(today), yesterday: iso(today - DAY), then: iso(at - DAY) };
  const [counts, replies] = await Promise.all([sql(COUNTS, moments), turn++ % 3 ? null : sql(REPLIES, { today: moments.today })]);
  const pick = (metric, now) => counts.find((row) => row.metric === metric && row.today === now) || { n: 0, money: 0 };
  const side = (now) => ({ orders: pick("orders", now).n, money: pick("orders", now).money || 0, visits: pick("visits", now).n });
  known = { at, moments, now: side(true), before: side(false), replies: replies ? replies[0].n : known.replies };
  render();
}

const iso = (ms) => new Date(ms).toISOString();

function change(now, before) {
  if (!before) return h("span", { class: "foot", text: t("figure.no_before") });
  const ratio = now / before - 1;
  const up = ratio >= 0;
  return h(
    "span",
    { class: "foot" },
    h("span", { class: up ? "rise" : "fall", text: `${up ? "▲ +" : "▼ −"}${percent(Math.abs(ratio), Math.abs(ratio) < 0.1 ? 1 : 0)}` }),
    ` ${t("figure.than_before")}`,
  );
}

function figure(name, value, unit, foot, query, tone = "") {
  return h(
    "button",
    { class: `figure ${tone}`, "data-figure": name, title: t("figure.sql"), onclick: () => openSql(t(`figure.${name}`), query, known?.moments) },
    h("span", { class: "label", text: t(`figure.${name}`) }),
    h("span", { class: "value" }, value, unit && h("span", { class: "unit", text: unit })),
    typeof foot === "string" ? h("span", { class: "foot", text: foot }) : foot,
  );
}

function render() {
  const blank = { orders: 0, money: 0, visits: 0 };
  const { now, before, at, replies } = known || { now: blank, before: blank, at: shopNow(), replies: 0 };
  const show = (value) => (known ? value : "–");
  const rate = (side) => (side.visits ? side.orders / side.visits : 0);
  const worst = state.alerts.some((alert) => alert.severity === "critical") ? "bad" : state.alerts.length ? "warn" : "";
  const risk = state.held.reduce((sum, decision) => sum + decision.at_risk.amount, 0);
  const all = state.waiting === state.held.length;
  const waiting = !state.waiting ? t("figure.waiting.none") : all ? t("figure.waiting.risk", { money: money(risk, state.currency, true) }) : t("figure.as_of", { at: clock(shopNow()) });
  const as_of = t("figure.as_of", { at: clock(at) });
  put(
    $("figures"),
    figure("gmv", show(money(now.money, state.currency, true)), "", known ? change(now.money, before.money) : "", COUNTS),
    figure("orders", show(number(now.orders)), t("unit.orders"), known ? change(now.orders, before.orders) : "", COUNTS),
    figure("conversion", show(now.visits ? percent(rate(now), 2) : "–"), t("unit.visits"), known ? change(rate(now), rate(before)) : "", COUNTS),
    figure("alerts", number(state.alerts.length), t("unit.open"), state.alerts.length ? t("figure.alerts.since", { at: clock(state.alerts.at(-1).opened_at) }) : t("figure.alerts.none"), ALERTS, worst),
    figure("waiting", number(state.waiting), t("unit.decisions"), waiting, HELD),
    figure("replies", show(number(replies)), t("unit.replies"), as_of, REPLIES),
  );
}

export function startFigures() {
  for (const name of ["lang", "held", "alerts"]) on(name, render);
  every(8_000, learn);
}
