// One field of a trouble: a length of time, a factor, a share, a choice or a text.
import { Input, InputNumber, Segmented, Select, Slider, Space } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { FaultField } from "./data.ts";
import type { FaultWords } from "./faultWords.ts";
import styles from "./FaultInput.module.css";

interface Props {
  readonly fault: string;
  readonly field: FaultField;
  readonly value: string | number;
  readonly onChange: (value: string | number) => void;
  readonly words: FaultWords;
}

const USUAL_MINUTES = [30, 60, 360, 1440, 4320];

export function FaultInput({ fault, field, value, onChange, words }: Props): ReactNode {
  const { t } = useWords();
  const id = `fault-${field.name}`;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {t(`worlds.field.${field.name}`)}
      </label>
      <Control id={id} fault={fault} field={field} value={value} onChange={onChange} words={words} />
    </div>
  );
}

function Control({ id, fault, field, value, onChange, words }: Props & { id: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const name = t(`worlds.field.${field.name}`);
  switch (field.kind) {
    case "minutes":
      return (
        <Space wrap size={6}>
          <InputNumber id={id} min={field.least ?? 1} max={field.most ?? undefined} precision={0} value={Number(value)} onChange={(now) => onChange(now ?? "")} suffix={t("worlds.unit.minutes")} style={{ width: 150 }} />
          <Segmented
            size="small"
            aria-label={t("worlds.field.minutes.usual")}
            value={USUAL_MINUTES.includes(Number(value)) ? Number(value) : undefined}
            options={USUAL_MINUTES.map((minutes) => ({ value: minutes, label: format.duration(minutes * 60_000) }))}
            onChange={(minutes) => onChange(Number(minutes))}
          />
        </Space>
      );
    case "factor":
      return <InputNumber id={id} min={field.least ?? 0} max={field.most ?? undefined} step={0.5} value={Number(value)} onChange={(now) => onChange(now ?? "")} prefix="×" style={{ width: 150 }} />;
    case "share":
      return (
        <div className={styles.share}>
          <Slider min={0} max={1} step={0.05} value={Number(value)} onChange={onChange} tooltip={{ formatter: null }} ariaLabelForHandle={name} style={{ flex: 1 }} />
          <InputNumber id={id} min={0} max={100} precision={0} value={Math.round(Number(value) * 100)} onChange={(now) => onChange(now === null ? "" : now / 100)} suffix="%" style={{ width: 96 }} />
        </div>
      );
    case "text":
      return <Input id={id} maxLength={80} value={String(value)} onChange={(event) => onChange(event.target.value)} />;
    default: {
      const options = (field.choices ?? []).map((choice) => ({ value: choice.value, label: words.value(fault, field.name, choice.value), search: `${choice.value} ${choice.name.en} ${choice.name.zh}`.toLowerCase() }));
      return (
        <Select
          id={id}
          value={String(value)}
          onChange={onChange}
          options={options}
          showSearch={options.length > 8 ? { filterOption: (typed, option) => Boolean(option?.search.includes(typed.toLowerCase())) } : false}
          style={{ width: "100%" }}
        />
      );
    }
  }
}
