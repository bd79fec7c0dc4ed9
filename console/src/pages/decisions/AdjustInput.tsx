// One field of an action as the input of its kind; money goes in as people write it, in major units.
import { Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import type { MoneyValue } from "@/format/index.ts";
import type { AdjustField } from "./data.ts";

export interface AdjustInputProps {
  readonly field: AdjustField;
  readonly value: unknown;
  readonly first: boolean;
  readonly onChange: (value: unknown) => void;
  readonly onDone: () => void;
}

export function AdjustInput({ field, value, first, onChange, onDone }: AdjustInputProps): ReactNode {
  const id = `adjust-${field.name}`;
  const decimals = field.decimals ?? 0;
  const bounds = { min: field.least ?? undefined, max: field.most ?? undefined };
  switch (field.kind) {
    case "money": {
      const money = value as MoneyValue | null;
      const unit = 10 ** decimals;
      return (
        <InputNumber
          id={id}
          autoFocus={first}
          addonAfter={field.currency}
          precision={decimals}
          min={bounds.min === undefined ? undefined : bounds.min / unit}
          value={money ? money.amount / unit : null}
          onChange={(major) => onChange(major === null ? null : { amount: Math.round(Number(major) * unit), currency: field.currency })}
          onPressEnter={onDone}
          style={{ width: "100%" }}
        />
      );
    }
    case "whole":
    case "number":
      return (
        <InputNumber
          id={id}
          autoFocus={first}
          precision={field.kind === "whole" ? 0 : undefined}
          {...bounds}
          value={value as number | null}
          onChange={onChange}
          onPressEnter={onDone}
          style={{ width: "100%" }}
        />
      );
    case "yes_no":
      return <Switch id={id} checked={Boolean(value)} onChange={onChange} />;
    case "choice":
      return <Select id={id} value={String(value)} options={(field.choices ?? []).map((one) => ({ value: one, label: one }))} onChange={onChange} />;
    default:
      return field.name === "text" ? (
        <Input.TextArea id={id} autoFocus={first} autoSize={{ minRows: 3, maxRows: 10 }} maxLength={field.longest ?? 4000} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input id={id} maxLength={field.longest ?? 400} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} onPressEnter={onDone} />
      );
  }
}
