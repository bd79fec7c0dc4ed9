/** Figures and moments as a person of this language reads them, in the shop's zone and currency. */

import { lang, t } from "./i18n.js";
import { state } from "./state.js";

const locale = () => (lang === "zh" ? "zh-CN" : "en-GB");
const made = new Map();

function formatter(kind, options) {
  const key = `${lang}${kind}${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Intl[kind](locale(), options));
  return made.get(key);
}

export function number(value, digits = 0) {
  return formatter("NumberFormat", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export const percent = (ratio, digits = 0) =>
  formatter("NumberFormat", { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ratio);

/** Money in minor units; `whole` drops the minor digits. */
export function money(amount, currency, whole = false) {
  const options = { style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol" };
  try {
    const digits = formatter("NumberFormat", options).resolvedOptions().maximumFractionDigits;
    const shown = whole ? formatter("NumberFormat", { ...options, maximumFractionDigits: 0 }) : formatter("NumberFormat", options);
    return shown.format(amount / 10 ** digits);
  } catch {
    return `${amount / 100} ${currency}`;
  }
}

export const cash = (m, whole) => (m ? money(m.amount, m.currency, whole) : "–");

const zone = () => state.zone || "UTC";
export const clock = (at) =>
  formatter("DateTimeFormat", { timeZone: zone(), hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
export const seconds = (at) =>
  formatter("DateTimeFormat", { timeZone: zone(), hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));
export const day = (at) =>
  formatter("DateTimeFormat", { timeZone: zone(), weekday: "short", month: "short", day: "numeric" }).format(new Date(at));
export const stamp = (at) => `${day(at)} ${clock(at)}`;

/** The time of day, with the day where it is not today. */
export const near = (at, now) => (day(at) === day(now) ? clock(at) : stamp(at));

/** How long between two moments, in the largest unit that fits. */
export function span(ms) {
  const minutes = Math.max(0, Math.round(ms / 60000));
  if (minutes < 60) return t("span.minutes", { n: number(minutes) });
  if (minutes < 2880) return t("span.hours", { n: number(minutes / 60, minutes < 600 ? 1 : 0) });
  return t("span.days", { n: number(minutes / 1440, 1) });
}

/** Milliseconds since 1970 of the midnight that began the shop's day at `at`. */
export function dayStart(at) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone(), hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23",
  }).formatToParts(at);
  const of = (type) => Number(parts.find((part) => part.type === type).value);
  return at - at % 1000 - ((of("hour") * 60 + of("minute")) * 60 + of("second")) * 1000;
}
