/** Parcels on their way: how many, how many late, and the weather that they meet. */

import { every, sql } from "./api.js";
import { $, h, put } from "./dom.js";
import { clock, number } from "./format.js";
import { t, word } from "./i18n.js";
import { on, shopNow, state } from "./state.js";

const COUNTS = `SELECT status, count(*) AS n FROM parcels
WHERE status IN ('packed', 'shipped', 'delayed') OR delivered_at >= CAST($since AS TIMESTAMPTZ)
GROUP BY 1`;
const ORDER = ["delayed", "packed", "shipped", "delivered", "returned"];

let counts = null;
let at = 0;

async function learn() {
  at = shopNow();
  const rows = await sql(COUNTS, { since: new Date(at - 86_400_000).toISOString() });
  counts = ORDER.map((status) => [status, rows.find((row) => row.status === status)?.n || 0]).filter(([, n]) => n);
  render();
}

function render() {
  $("parcels-note").textContent = counts?.length ? t("as_of", { at: clock(at) }) : "";
  if (!counts?.length) {
    put($("parcels"), h("div", { class: "empty" }, h("b", { text: t("parcels.empty") }), t("parcels.empty.todo")));
    return;
  }
  const all = counts.reduce((sum, [, n]) => sum + n, 0);
  const rough = Object.entries(state.town?.weather || {}).filter(([, sky]) => sky !== "clear");
  put(
    $("parcels"),
    h("div", { class: "stack", "aria-hidden": "true" }, counts.map(([status, n]) => h("i", { class: status, "width%": (n / all) * 100 }))),
    h("div", { class: "counts" }, counts.map(([status, n]) => h("span", null, h("b", { text: number(n) }), ` ${word("parcel", status)}`))),
    rough.length ? h("div", { class: "counts weather" }, rough.slice(0, 4).map(([region, sky]) => h("span", { text: `${word("region", region)} ${word("sky", sky)}` }))) : null,
  );
}

export function startParcels() {
  on("lang", render);
  every(30_000, learn);
}
