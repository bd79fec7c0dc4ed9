// Totals of money: one per currency, nothing is converted.
import type { MoneyValue } from "@/format/index.ts";

export function totals(amounts: readonly MoneyValue[]): MoneyValue[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums].sort(([a], [b]) => a.localeCompare(b)).map(([currency, amount]) => ({ amount, currency }));
}
