/** Start: choose language and theme, then let every panel live on what the shop tells. */

import { every, get } from "./api.js";
import { startChart } from "./chart.js";
import { startChat } from "./chat.js";
import { startDecisions } from "./decisions.js";
import { $ } from "./dom.js";
import { startFeed } from "./feed.js";
import { startFigures } from "./figures.js";
import { startHeader } from "./header.js";
import { chosenLanguage, speak } from "./i18n.js";
import { startParcels } from "./parcels.js";
import { state, tell } from "./state.js";
import { startStock } from "./stock.js";
import { follow, keepUp } from "./stream.js";
import { chosenTheme, wear } from "./theme.js";
import { startTown } from "./town.js";

async function learnShop() {
  const status = await get("status");
  Object.assign(state, { zone: status.zone, currency: status.currency, shop: status.name, head: status.head });
  if (!state.town) Object.assign(state, { now: Date.parse(status.at), townAt: Date.now() });
  tell("status", status);
  return status;
}

async function learnProducts() {
  const page = await get("tables/products/rows?limit=1000");
  state.products = new Map(page.items.map((row) => [row.product_id, row.title]));
  tell("products");
}

async function untilItAnswers() {
  for (;;) {
    try {
      return await learnShop();
    } catch {
      tell("link", "lost");
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

wear(chosenTheme());
await speak(chosenLanguage());
startHeader();
await untilItAnswers();
$("main").hidden = false;
startTown();
startFigures();
startChart();
startDecisions();
startFeed();
startChat();
startStock();
startParcels();
every(60_000, learnProducts);
every(4_000, async () => {
  await learnShop();
  keepUp();
});
follow(-300);
tell("lang");
