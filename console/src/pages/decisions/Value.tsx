// A value of a row or a question, as a person reads it: money, a moment, yes or no, a number, or a text.
import type { ReactNode } from "react";
import type { MoneyValue } from "@/format/index.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

export function Value({ value }: { value: unknown }): ReactNode {
  const format = useFormat();
  const { t } = useWords();
  if (value === null || value === undefined || value === "") return <>–</>;
  if (typeof value === "boolean") return <>{t(value ? "decisions.yes" : "decisions.no")}</>;
  if (typeof value === "number") return <>{format.number(value)}</>;
  if (isMoney(value)) return <>{format.money(value)}</>;
  if (typeof value === "string") return <>{MOMENT.test(value) ? format.when(value) : value}</>;
  return <code>{JSON.stringify(value)}</code>;
}

export function isMoney(value: unknown): value is MoneyValue {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value;
}
