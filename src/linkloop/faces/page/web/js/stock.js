/** Stock: the products whose stock ends first, in days of their recent demand. */

import { every, sql } from "./api.js";
import { $, h, put } from "./dom.js";
import { clock, number } from "./format.js";
import { t } from "./i18n.js";
import { product } from "./names.js";
import { on, shopNow } from "./state.js";

const COVER = `WITH demand AS (
  SELECT product_id, place, sum(quantity) / 14.0 AS per_day
  FROM order_lines
  WHERE sold_at >= CAST($since AS TIMESTAMPTZ) AND quantity > 0
  GROUP BY 1, 2)
SELECT s.product_id, s.place, s.on_hand, s.on_order, s.on_hand / d.per_day AS cover
FROM stock_levels s JOIN demand d ON d.product_id = s.product_id AND d.place = s.place
WHERE d.per_day >= 0.2 ORDER BY cover, s.product_id LIMIT 4`;

let rows = null;
let at = 0;

async function learn() {
  at = shopNow();
  rows = await sql(COVER, { since: new Date(at - 14 * 86_400_000).toISOString() });
  render();
}

function render() {
  $("stock-note").textContent = rows?.length ? t("as_of", { at: clock(at) }) : "";
  if (!rows?.length) {
    put($("stock"), h("div", { class: "empty" }, h("b", { text: t("stock.empty") }), t("stock.empty.todo")));
    return;
  }
  const tone = (days) => (days < 2 ? "pill bad" : days < 5 ? "pill warn" : "pill");
  put(
    $("stock"),
    h(
      "table",
      { class: "rows" },
      h("thead", null, h("tr", null, ["stock.product", "stock.on_hand", "stock.on_order", "stock.cover"].map((name) => h("th", { scope: "col", text: t(name) })))),
      h("tbody", null, rows.map((row) => h("tr", null, h("td", { title: `${row.product_id} · ${row.place}`, text: product(row.product_id) }), h("td", { text: number(row.on_hand) }), h("td", { text: number(row.on_order) }), h("td", null, h("span", { class: tone(row.cover), text: t("days", { n: number(row.cover, 1) }) }))))),
    ),
  );
}

export function startStock() {
  for (const name of ["lang", "products"]) on(name, render);
  every(30_000, learn);
}
