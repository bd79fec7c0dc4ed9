// One limit: how often and for how much, per shop or customer and period, and what happens beyond; with what is used now.
import { DeleteOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select } from "antd";
import { type ReactNode, useId } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { LimitBar } from "@/ui/LimitBar.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Budgets.module.css";
import type { Limit, Spending } from "./data.ts";
import { MoneyInput } from "./MoneyInput.tsx";

export interface LimitRowProps {
  readonly limit: Limit;
  readonly currency: string;
  readonly actions: readonly { value: string; label: string }[];
  readonly free: boolean;
  readonly used: Spending | undefined;
  readonly onChange: (limit: Limit | null) => void;
}

export function LimitRow({ limit, currency, actions, free, used, onChange }: LimitRowProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  const set = (parts: Partial<Limit>) => onChange({ ...limit, ...parts });
  const choice = <K extends "per" | "period" | "then">(field: K, values: readonly NonNullable<Limit[K]>[]) => (
    <div className={styles.field}>
      <label htmlFor={`${id}-${field}`}>{t(`settings.limit.${field}`)}</label>
      <Select
        id={`${id}-${field}`}
        value={limit[field]}
        disabled={!free}
        options={values.map((value) => ({ value, label: t(`settings.limit.${field}.${value}`) }))}
        onChange={(value) => set({ [field]: value } as Partial<Limit>)}
      />
    </div>
  );
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <Input
          className={styles.name}
          variant="filled"
          aria-label={t("settings.limit.name")}
          value={limit.name}
          disabled={!free}
          maxLength={60}
          onChange={(event) => set({ name: event.target.value })}
        />
        {free ? (
          <Button type="text" danger icon={<DeleteOutlined />} aria-label={t("settings.limit.remove", { name: limit.name })} onClick={() => onChange(null)} />
        ) : null}
      </div>
      <div className={styles.fields}>
        <div className={styles.field}>
          <label htmlFor={`${id}-action`}>{t("settings.limit.action")}</label>
          <Select id={`${id}-action`} value={limit.action} disabled={!free} options={[...actions]} popupMatchSelectWidth={false} onChange={(action) => set({ action })} />
        </div>
        {choice("per", ["shop", "customer"])}
        {choice("period", ["hour", "day", "week"])}
        <div className={styles.field}>
          <label htmlFor={`${id}-count`}>{t("settings.limit.count")}</label>
          <InputNumber<number>
            id={`${id}-count`}
            className={styles.full}
            min={0}
            precision={0}
            disabled={!free}
            placeholder={t("settings.limit.unlimited")}
            value={(limit.count ?? -1) < 0 ? null : limit.count}
            onChange={(count) => set({ count: count ?? -1 })}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor={`${id}-money`}>{t("settings.limit.money")}</label>
          <MoneyInput
            id={`${id}-money`}
            currency={currency}
            free={free}
            placeholder={t("settings.limit.unlimited")}
            value={limit.money ?? -1}
            onChange={(money) => set({ money })}
          />
        </div>
        {choice("then", ["hold", "refuse"])}
      </div>
      {used ? <Used used={used} /> : <p className={styles.later}>{t("settings.limit.later")}</p>}
    </li>
  );
}

function Used({ used }: { used: Spending }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { limit, currency } = used;
  const bars: { readonly label: string; readonly used: number; readonly limit: number; readonly text: string }[] = [];
  const period = t(`settings.limit.now.${limit.period ?? "day"}`);
  const whose = limit.per === "customer" ? t("settings.limit.most", { period }) : period;
  if ((limit.money ?? -1) >= 0) {
    const money = (amount: number) => format.money({ amount, currency }, "whole");
    bars.push({ label: whose, used: used.money, limit: limit.money ?? 0, text: t("settings.limit.of", { used: money(used.money), all: money(limit.money ?? 0) }) });
  }
  if ((limit.count ?? -1) >= 0) {
    const told = { used: format.number(used.count), all: format.number(limit.count) };
    bars.push({ label: whose, used: used.count, limit: limit.count ?? 0, text: t("settings.limit.of.times", told) });
  }
  return (
    <div className={styles.bars}>
      {bars.map((bar) => (
        <LimitBar key={bar.text} {...bar} />
      ))}
      {limit.per === "customer" && used.customers ? (
        <p className={styles.later}>{t("settings.limit.customers", { customers: format.number(used.customers), full: format.number(used.full) })}</p>
      ) : null}
    </div>
  );
}
