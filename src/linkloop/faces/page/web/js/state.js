/** What the page knows: plain values, and who wants to hear when one changes. */

const hearers = new Map();

export const state = {
  zone: "",
  currency: "CNY",
  shop: "",
  head: 0,
  town: null, // TownStatus, or null where there is no town
  townAt: 0, // when it was told, by this browser's clock
  now: 0, // the shop's clock, ms since 1970
  products: new Map(), // product_id → title
  waiting: 0, // how many decisions wait
  held: [], // the latest of them, oldest first
  alerts: [], // open alerts, newest first
};

export function on(name, hear) {
  if (!hearers.has(name)) hearers.set(name, []);
  hearers.get(name).push(hear);
}

export function tell(name, value) {
  for (const hear of hearers.get(name) || []) hear(value);
}

/** The shop's clock now: the last told moment, moved on at the town's speed. */
export function shopNow() {
  const { town, townAt, now } = state;
  if (!town) return now + (Date.now() - townAt);
  const speed = town.paused ? 0 : town.speed;
  return now + (Date.now() - townAt) * speed;
}
