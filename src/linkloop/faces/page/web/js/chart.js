/** The chart: orders per minute with what is usual, payment success below, alerts where they opened. */

import { every, get } from "./api.js";
import { $, h, put, svg } from "./dom.js";
import { openCase } from "./case.js";
import { clock, number, percent } from "./format.js";
import { say, t, word } from "./i18n.js";
import { on, state, tell } from "./state.js";
import { axis, drawn, rolling, usualAt } from "./series.js";

const MINUTES = 150;
const MEAN_OVER = 10;
const RATE_OVER = 30;
const GRAVE = ["critical", "warning", "notice"];
const EDGE = { left: 40, right: 46, top: 14, between: 30, bottom: 22 };

let orders = null; // Recent of the orders
let providers = []; // Recents of the payment providers
let season = null;
let hover = null;

async function learn() {
  const [mine, rest] = await Promise.all([
    get("tables/recent_counts/row?key=orders").catch((error) => (error.code === "row.unknown" ? null : Promise.reject(error))),
    get("tables/recent_counts/rows?cursor=provider:&limit=12"),
  ]);
  const changed = mine?.heard !== orders?.heard;
  orders = mine;
  providers = rest.items.filter((row) => row.metric.startsWith("provider:"));
  if (changed || !mine) render();
}

async function learnSeason() {
  season = await get("tables/seasons/row?key=orders").catch(() => null);
}

async function learnAlerts() {
  const page = await get("tables/alerts/rows?limit=1000");
  hearAlerts(page.items.filter((alert) => alert.status === "open" || recent(alert)));
}

let seen = []; // alerts open or of the last hours
const recent = (alert) => orders && Date.parse(alert.opened_at) / 60_000 > orders.heard - MINUTES;

function hearAlerts(list) {
  seen = list;
  state.alerts = list.filter((alert) => alert.status === "open").sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1));
  tell("alerts");
  render();
}

function render() {
  renderLegend();
  renderAlerts();
  const box = $("chart");
  const { width, height } = box.getBoundingClientRect();
  if (!orders || orders.heard === 0) {
    put(box, h("div", { class: "empty" }, h("b", { text: t("chart.empty") }), t("chart.empty.todo")));
    return;
  }
  if (width < 100 || height < 80) return;
  const last = orders.heard;
  const first = Math.max(last - MINUTES + 1, Math.min(orders.since, last - 30));
  const counts = axis(orders, first, last, "counts");
  const mean = rolling(axis(orders, first - MEAN_OVER, last, "counts"), MEAN_OVER);
  const usual = season?.levels.length ? counts.map((_, n) => usualAt(season, first + n)) : null;
  const most = Math.max(2, ...counts, ...mean, ...(usual || [])) * 1.1;
  const rateHeight = Math.min(74, height * 0.24);
  const right = width - EDGE.right;
  const ordersBottom = height - EDGE.bottom - rateHeight - EDGE.between;
  const x = (minute) => EDGE.left + ((minute - first) / Math.max(1, last - first)) * (right - EDGE.left);
  const y = (value) => ordersBottom - (value / most) * (ordersBottom - EDGE.top);
  const rates = providers.map((row) => rateOf(row, first, last));
  const floor = Math.min(0.7, ...rates.flatMap((rate) => rate.values.filter((v) => v !== null)));
  const rateBottom = height - EDGE.bottom;
  const ry = (value) => rateBottom - ((value - floor) / (1 - floor)) * rateHeight;
  const step = (right - EDGE.left) / Math.max(1, last - first);

  const root = svg("svg", { role: "img", "aria-label": t("chart.aria", { now: number(mean.at(-1), 1), usual: usual ? number(usual.at(-1), 1) : "–" }) });
  root.append(
    ...shades(first, last).map(([from, to, tone]) => svg("rect", { class: `alert-span ${tone}`, x: x(from), y: EDGE.top, width: Math.max(2, x(to) - x(from)), height: rateBottom - EDGE.top })),
    ...seen.filter((alert) => opened(alert) >= first && opened(alert) <= last).map((alert) => {
      const at = x(opened(alert));
      return svg("path", { class: `alert-mark ${alert.severity}`, d: `M${at - 5} ${EDGE.top - 3}h10l-5 8z` });
    }),
    ...ticks(most).flatMap((value) => [
      svg("line", { class: "grid", x1: EDGE.left, x2: right, y1: y(value), y2: y(value) }),
      label(EDGE.left - 6, y(value) + 3.5, number(value), "end"),
    ]),
    ...hours(first, last, width).flatMap((minute) => [
      svg("line", { class: "grid", x1: x(minute), x2: x(minute), y1: rateBottom, y2: rateBottom + 4 }),
      label(x(minute), height - 5, clock(minute * 60_000), "middle"),
    ]),
    svg("path", { class: "bars", d: counts.map((count, n) => (count ? `M${x(first + n) - step * 0.4} ${y(0)}V${y(count)}h${step * 0.8}V${y(0)}z` : "")).join("") }),
    usual && svg("path", { class: "usual", d: drawn(usual, first, x, y) }),
    svg("path", { class: "mean", d: drawn(mean, first, x, y) }),
    label(right + 6, y(mean.at(-1)) + 3.5, number(mean.at(-1), 1), "start", "strong"),
    svg("line", { class: "grid", x1: EDGE.left, x2: right, y1: ry(1), y2: ry(1) }),
    svg("line", { class: "grid", x1: EDGE.left, x2: right, y1: rateBottom, y2: rateBottom }),
    label(EDGE.left - 6, ry(1) + 3.5, percent(1), "end"),
    label(EDGE.left - 6, rateBottom + 3.5, percent(floor), "end"),
    label(EDGE.left, ry(1) - 7, t("chart.payments"), "start", "strong"),
    ...lowest(rates).map((rate) => label(right, ry(1) - 7, t("chart.lowest", { provider: word("provider", rate.name), p: percent(rate.now) }), "end", "lowest")),
    ...rates.map((rate) => svg("path", { class: "rate", d: drawn(rate.values, first, x, ry) })),
    ...rates.map((rate) => svg("path", { class: "rate low", d: drawn(rate.failing, first, x, ry) })),
    ...lowest(rates).map((rate) => label(right + 6, ry(rate.now) + 3.5, percent(rate.now), "start", "strong")),
  );
  const hair = svg("line", { class: "hair", y1: EDGE.top, y2: rateBottom, visibility: "hidden" });
  root.append(hair);
  const tip = h("div", { class: "tip", hidden: true });
  put(box, root, tip);
  const show = (px) => {
    hover = px;
    const minute = Math.round(first + ((px - EDGE.left) / (right - EDGE.left)) * (last - first));
    const inside = minute >= first && minute <= last;
    tip.hidden = !inside;
    hair.setAttribute("visibility", inside ? "visible" : "hidden");
    if (!inside) return;
    hair.setAttribute("x1", x(minute));
    hair.setAttribute("x2", x(minute));
    put(tip, ...told(minute, first, counts, mean, usual, rates));
    tip.style.top = "18px";
    tip.style.left = `${px > width / 2 ? px - tip.offsetWidth - 12 : px + 12}px`;
  };
  box.onpointermove = (event) => show(event.clientX - box.getBoundingClientRect().left);
  box.onpointerleave = () => ((hover = null), (tip.hidden = true), hair.setAttribute("visibility", "hidden"));
  if (hover !== null) show(hover);
}

function rateOf(row, first, last) {
  const won = rolling(axis(row, first - RATE_OVER, last, "counts"), RATE_OVER, true);
  const tried = rolling(axis(row, first - RATE_OVER, last, "of"), RATE_OVER, true);
  const values = won.map((count, n) => (tried[n] >= 5 ? count / tried[n] : null));
  const now = values.findLast((value) => value !== null) ?? 1;
  const name = row.metric.slice("provider:".length);
  const alerts = seen.filter((alert) => alert.metric === row.metric);
  const failing = values.map((value, n) => (alerts.some((alert) => covers(alert, first + n)) ? value : null));
  return { name, values, failing, now, low: alerts.some((alert) => alert.status === "open") };
}

const lowest = (rates) => rates.filter((rate) => rate.low || rate.now === Math.min(...rates.map((one) => one.now))).slice(0, 1);

function told(minute, first, counts, mean, usual, rates) {
  const n = minute - first;
  return [
    h("b", { text: clock(minute * 60_000) }),
    h("div", { text: t("chart.tip.orders", { n: number(counts[n]), mean: number(mean[n], 1) }) }),
    usual && h("div", { text: t("chart.tip.usual", { usual: number(usual[n], 1) }) }),
    ...rates.filter((rate) => rate.values[n] !== null).map((rate) => h("div", { text: `${word("provider", rate.name)} ${percent(rate.values[n])}` })),
    ...seen.filter((alert) => covers(alert, minute)).map((alert) => h("div", null, h("b", { text: `▲ ${say(alert.text)}` }))),
  ];
}

const opened = (alert) => Date.parse(alert.opened_at) / 60_000;
const ended = (alert) => (alert.ended_at ? Date.parse(alert.ended_at) / 60_000 : Infinity);
const covers = (alert, minute) => opened(alert) <= minute && minute <= ended(alert);

/** Stretches under an alert, each shaded once however many alerts are open: [from, to, tone]. */
function shades(first, last) {
  const tones = Array.from({ length: last - first + 1 }, (_, n) => {
    const here = seen.filter((alert) => alert.severity !== "notice" && covers(alert, first + n));
    return here.length ? (here.some((alert) => alert.severity === "critical") ? "critical" : "warning") : "";
  });
  const out = [];
  tones.forEach((tone, n) => {
    if (tone && out.at(-1)?.[2] === tone && out.at(-1)[1] === first + n) out.at(-1)[1] += 1;
    else if (tone) out.push([first + n, first + n + 1, tone]);
  });
  return out.map(([from, to, tone]) => [from, Math.min(last, to), tone]);
}

function label(x, y, text, anchor, tone = "") {
  return svg("text", { x, y, class: tone, "text-anchor": anchor, text });
}

function ticks(most) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => most / one <= 5) || most;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
}

function hours(first, last, width) {
  const every = width < 500 ? 60 : 30;
  const start = Math.ceil(first / every) * every;
  return Array.from({ length: Math.max(0, Math.floor((last - start) / every) + 1) }, (_, n) => start + n * every);
}

function renderLegend() {
  put($("legend"), ["mean", "usual", "alerts"].map((name) => h("span", null, h("i", { class: name }), t(`chart.${name}`))));
}

function renderAlerts() {
  const open = [...state.alerts].sort((a, b) => GRAVE.indexOf(a.severity) - GRAVE.indexOf(b.severity)).slice(0, 2);
  put(
    $("alerts"),
    open.map((alert) =>
      h(
        "li",
        { class: alert.severity },
        h("b", { text: `▲ ${word("severity", alert.severity)}` }),
        h("span", { class: "what", title: say(alert.text), text: say(alert.text) }),
        h("time", { text: t("since", { at: clock(alert.opened_at) }) }),
        alert.case_id && h("button", { class: "bare", text: t("case.open"), onclick: () => openCase(alert.case_id) }),
      ),
    ),
  );
  $("alerts").hidden = !open.length;
}

export function startChart() {
  new ResizeObserver(render).observe($("chart"));
  for (const name of ["lang", "theme"]) on(name, render);
  on("entry", (entry) => {
    if (entry.kind === "alerts") hearAlerts([...seen.filter((alert) => alert.alert_id !== entry.body.alert_id), entry.body]);
  });
  every(60_000, learnSeason);
  every(1_200, learn);
  every(20_000, learnAlerts);
}
