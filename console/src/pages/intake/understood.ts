// How a cell is understood, where that is worth saying beside what stands there.
import type { Format } from "@/format/index.ts";
import type { ColumnRule } from "./api.ts";
import { isMoney } from "./mapping.ts";

/** Another year than any date's: so that the year is said. */
const EPOCH = new Date(0);

type Value = string | number | boolean | null | undefined;

/** The understood value as the reader's language has it; "" where it says what the cell says already. */
export function understoodText(value: Value, rule: ColumnRule, raw: string, format: Format): string {
  if (value === null || value === undefined) return "";
  if (isMoney(rule)) {
    const [amount, currency] = String(value).split(" ");
    const digits = amount?.split(".")[1]?.length ?? 0;
    return format.money({ amount: Math.round(Number(amount) * 10 ** digits), currency: currency ?? "" });
  }
  if (rule.transform === "date") return format.when(String(value), EPOCH);
  const text = String(value);
  return text === raw.trim() || Number(text) === Number(raw) ? "" : text;
}
