/** The town's troubles: a visitor brings one and sees the shop notice. */

import { sql } from "./api.js";
import { $, h, put } from "./dom.js";
import { near } from "./format.js";
import { order } from "./header.js";
import { t, word } from "./i18n.js";
import { product } from "./names.js";
import { on, shopNow, state } from "./state.js";
import { complain, toast } from "./toast.js";

const BEST = `SELECT l.product_id, CAST(sum(l.quantity) AS BIGINT) AS units
FROM order_lines l GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1`;

const TROUBLES = {
  spike: async () => ({ type: "DemandSpike", product_id: (await sql(BEST))[0]?.product_id || [...state.products.keys()][0], factor: 60, minutes: 90 }),
  payments: async () => ({ type: "PaymentFault", provider: "alipay", success_rate: 0.15, minutes: 60 }),
  storm: async () => ({ type: "Typhoon", region: "华东", minutes: 2160 }),
};

async function bring(name) {
  try {
    const fault = await TROUBLES[name]();
    const until = shopNow() + fault.minutes * 60_000;
    if (await order({ do: "inject", fault })) toast(t(`town.${name}.done`, { product: product(fault.product_id), until: near(until, shopNow()) }), { ms: 9000 });
  } catch (error) {
    complain(error);
  }
}

let drawn = "";

function render(force) {
  const { town } = state;
  $("town-panel").hidden = !town;
  if (!town) return;
  const on_now = town.troubles.map(({ fault, until }) => ({ fault, until, name: word("fault", fault.type), of: fault.provider ? word("provider", fault.provider) : fault.region ? word("region", fault.region) : fault.product_id ? product(fault.product_id) : "" }));
  const key = JSON.stringify(on_now);
  if (!force && key === drawn) return;
  drawn = key;
  put(
    $("town"),
    h("div", { class: "town-acts" }, Object.keys(TROUBLES).map((name) => h("button", { "data-trouble": name, title: t(`town.${name}.hint`), text: t(`town.${name}`), onclick: () => bring(name) }))),
    on_now.length
      ? h("div", { class: "counts" }, on_now.map((one) => h("span", { class: "pill warn", text: `${one.name} ${one.of} · ${t("until", { at: near(one.until, shopNow()) })}` })))
      : h("p", { class: "note", text: t("town.calm") }),
  );
}

export function startTown() {
  on("town", () => render(false));
  on("lang", () => render(true));
}
