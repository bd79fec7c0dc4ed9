// What the list is narrowed to: kinds as chips, region, category and action as choices, and a word.
import { Input, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { Attention, NamedCount, Narrowing } from "./data.ts";
import styles from "./Stock.module.css";

export function Filters({ data, narrowing, onChange }: { data: Attention | undefined; narrowing: Narrowing; onChange: (parts: Narrowing) => void }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const [text, setText] = useState(narrowing.text ?? "");
  const show = narrowing.show ?? "attention";
  const choice = (field: "region" | "category" | "action", choices: readonly NamedCount[] | undefined) => (
    <Select
      aria-label={t(`stock.filter.${field}`)}
      style={{ minWidth: 132 }}
      value={narrowing[field] ?? ""}
      onChange={(value) => onChange({ [field]: value || undefined })}
      popupMatchSelectWidth={false}
      options={[
        { value: "", label: t(`stock.filter.${field}.all`) },
        ...(choices ?? []).map((one) => ({ value: one.key, label: `${say(one.name)} · ${format.number(one.count)}` })),
      ]}
    />
  );
  return (
    <div className={styles.filters}>
      <div className={styles.chips} role="group" aria-label={t("stock.filter.show")}>
        {(data?.kinds ?? []).map((one) => (
          <button key={one.key} type="button" className={styles.chip} aria-pressed={show === one.key} onClick={() => onChange({ show: one.key === "attention" ? undefined : one.key })}>
            {say(one.name)} <small>{format.number(one.count)}</small>
          </button>
        ))}
      </div>
      {choice("action", data?.actions)}
      {choice("region", data?.regions)}
      {choice("category", data?.categories)}
      <Input
        id="stock-text"
        allowClear
        style={{ width: 200 }}
        value={text}
        placeholder={t("stock.filter.text")}
        aria-label={t("stock.filter.text")}
        onChange={(event) => {
          setText(event.target.value);
          if (!event.target.value) onChange({ text: undefined });
        }}
        onPressEnter={() => onChange({ text: text.trim() || undefined })}
      />
    </div>
  );
}
