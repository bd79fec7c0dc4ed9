// An amount as a person writes it, in major units; kept in minor ones. Empty: no amount (−1).
import { InputNumber } from "antd";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Budgets.module.css";

export interface MoneyInputProps {
  readonly id: string;
  readonly currency: string;
  readonly free: boolean;
  readonly value: number;
  readonly placeholder: string;
  readonly onChange: (minor: number) => void;
}

export function MoneyInput({ id, currency, free, value, placeholder, onChange }: MoneyInputProps): ReactNode {
  const { lang } = useWords();
  const shown = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en-GB", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const digits = shown.resolvedOptions().maximumFractionDigits ?? 2;
  const sign = shown.formatToParts(0).find((part) => part.type === "currency")?.value;
  return (
    <InputNumber<number>
      id={id}
      className={styles.full}
      prefix={sign}
      min={0}
      precision={digits}
      disabled={!free}
      placeholder={placeholder}
      formatter={(text, info) => (info.userTyping ? info.input : text === undefined || `${text}` === "" ? "" : grouped(`${text}`))}
      parser={(text) => Number((text ?? "").replace(/[^\d.]/g, "")) as 0}
      value={value < 0 ? null : value / 10 ** digits}
      onChange={(major) => onChange(major === null || Number.isNaN(major) ? -1 : Math.round(major * 10 ** digits))}
    />
  );
}

/** 1234.50 → 1,234.5: groups, and no zeros that say nothing. */
function grouped(text: string): string {
  const [whole = "", part = ""] = text.split(".");
  const cents = part.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (cents ? `.${cents}` : "");
}
