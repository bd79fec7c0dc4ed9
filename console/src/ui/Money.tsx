// Money: an amount in minor units with its currency, the exact amount on hover where it is shortened.
import type { ReactNode } from "react";
import type { MoneyValue } from "@/format/index.ts";
import { useFormat } from "@/format/useFormat.ts";

export function Money({ value, style = "full" }: { value: MoneyValue | null | undefined; style?: "full" | "compact" | "whole" }): ReactNode {
  const format = useFormat();
  return <span title={style === "full" ? undefined : format.money(value)}>{format.money(value, style)}</span>;
}
