// Format: money, numbers and moments as the reader's language and the shop's time zone have them.
import type { Lang } from "@/words/index.ts";

export interface MoneyValue {
  readonly amount: number; // minor units
  readonly currency: string;
}

const LOCALE: Record<Lang, string> = { en: "en-GB", zh: "zh-CN" };
const EMPTY = "–";

function memo<T>(make: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    let found = kept.get(key);
    if (found === undefined) kept.set(key, (found = make(key)));
    return found;
  };
}

export interface Format {
  readonly lang: Lang;
  readonly zone: string;
  /** ¥1,234.50; `compact`: ¥1.2万 / ¥12.3k; `whole`: without minor units. */
  money: (value: MoneyValue | null | undefined, style?: "full" | "compact" | "whole") => string;
  /** 1,234 or, with `digits`, 1,234.50. */
  number: (value: number | null | undefined, digits?: number) => string;
  /** 12.3k, 1.2万. */
  compact: (value: number | null | undefined) => string;
  /** 0.123 → 12.3 %. */
  percent: (value: number | null | undefined, digits?: number) => string;
  /** +12.3 % or −4.0 %: always with its sign. */
  change: (value: number | null | undefined, digits?: number) => string;
  /** 24 Nov 21:59 (the year where it is not `now`'s). */
  when: (moment: string | Date | null | undefined, now?: Date) => string;
  /** 21:59 or, with seconds, 21:59:06. */
  time: (moment: string | Date | null | undefined, seconds?: boolean) => string;
  /** Tue 24 Nov. */
  date: (moment: string | Date | null | undefined) => string;
  /** Full moment with zone, for a tooltip. */
  full: (moment: string | Date | null | undefined) => string;
  /** A length of time: 3 h 20 min, 1.2 s, 5 d. */
  duration: (milliseconds: number) => string;
}

const UNITS: Record<Lang, Record<"ms" | "s" | "min" | "h" | "d", string>> = {
  en: { ms: "ms", s: "s", min: "min", h: "h", d: "d" },
  zh: { ms: "毫秒", s: "秒", min: "分钟", h: "小时", d: "天" },
};

/** Formatters for a language and an IANA time zone. */
export function format(lang: Lang, zone: string): Format {
  const locale = LOCALE[lang];
  const currency = memo((code) => new Intl.NumberFormat(locale, { style: "currency", currency: code, currencyDisplay: "narrowSymbol" }));
  const whole = memo((code) => new Intl.NumberFormat(locale, { style: "currency", currency: code, currencyDisplay: "narrowSymbol", maximumFractionDigits: 0 }));
  const short = memo((code) => new Intl.NumberFormat(locale, { style: "currency", currency: code, currencyDisplay: "narrowSymbol", notation: "compact", maximumFractionDigits: 1 }));
  const plain = memo((digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: Number(digits), maximumFractionDigits: Number(digits) }));
  const loose = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const compactly = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const moment = memo((options) => new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...JSON.parse(options) }));
  const shown = (at: string | Date, options: Intl.DateTimeFormatOptions) => moment(JSON.stringify(options)).format(new Date(at));
  const digitsOf = (code: string) => currency(code).resolvedOptions().maximumFractionDigits ?? 2;
  const major = (value: MoneyValue) => value.amount / 10 ** digitsOf(value.currency);
  const signed = (text: string, value: number) => (value > 0 ? `+${text}` : value < 0 ? `−${text}` : text);
  return {
    lang,
    zone,
    money: (value, style = "full") => {
      if (!value) return EMPTY;
      const code = value.currency || "CNY";
      const maker = style === "compact" ? short : style === "whole" ? whole : currency;
      return maker(code).format(major({ ...value, currency: code }));
    },
    number: (value, digits) => (value == null ? EMPTY : digits === undefined ? loose.format(value) : plain(String(digits)).format(value)),
    compact: (value) => (value == null ? EMPTY : compactly.format(value)),
    percent: (value, digits = 1) => (value == null ? EMPTY : `${plain(String(digits)).format(value * 100)}%`),
    change: (value, digits = 1) => (value == null ? EMPTY : signed(`${plain(String(digits)).format(Math.abs(value) * 100)}%`, value)),
    when: (at, now) => {
      if (!at) return EMPTY;
      const other = now && new Date(at).getUTCFullYear() !== now.getUTCFullYear();
      return shown(at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", ...(other ? { year: "numeric" } : {}) });
    },
    time: (at, seconds = false) => (at ? shown(at, { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) }) : EMPTY),
    date: (at) => (at ? shown(at, { weekday: "short", month: "short", day: "numeric" }) : EMPTY),
    full: (at) => (at ? shown(at, { dateStyle: "medium", timeStyle: "long" }) : EMPTY),
    duration: (milliseconds) => length(milliseconds, lang),
  };
}

function length(milliseconds: number, lang: Lang): string {
  const unit = UNITS[lang];
  const gap = lang === "zh" ? "" : " ";
  const size = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? "−" : "";
  const two = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    `${sign}${big}${gap}${bigUnit}${small ? `${gap}${small}${gap}${smallUnit}` : ""}`;
  if (size < 1000) return `${sign}${Math.round(size)}${gap}${unit.ms}`;
  if (size < 60_000) return `${sign}${(size / 1000).toFixed(size < 10_000 ? 1 : 0)}${gap}${unit.s}`;
  const minutes = Math.round(size / 60_000);
  if (minutes < 60) return `${sign}${minutes}${gap}${unit.min}`;
  if (minutes < 48 * 60) return two(Math.floor(minutes / 60), unit.h, minutes % 60, unit.min);
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), unit.d, hours % 24, unit.h);
}
