// One hold: from which amount, or below which confidence, a person is asked first.
import { DeleteOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { type ReactNode, useId } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Budgets.module.css";
import type { Hold } from "./data.ts";
import { MoneyInput } from "./MoneyInput.tsx";

export interface HoldRowProps {
  readonly hold: Hold;
  readonly currency: string;
  readonly actions: readonly { value: string; label: string }[];
  readonly free: boolean;
  readonly onChange: (hold: Hold | null) => void;
}

export function HoldRow({ hold, currency, actions, free, onChange }: HoldRowProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  return (
    <li className={styles.row}>
      <div className={styles.fields}>
        <div className={styles.field}>
          <label htmlFor={`${id}-action`}>{t("settings.limit.action")}</label>
          <Select
            id={`${id}-action`}
            value={hold.action}
            disabled={!free}
            options={[...actions]}
            popupMatchSelectWidth={false}
            onChange={(action) => onChange({ ...hold, action })}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor={`${id}-above`}>{t("settings.hold.above")}</label>
          <MoneyInput
            id={`${id}-above`}
            currency={currency}
            free={free}
            placeholder={t("settings.hold.never")}
            value={hold.above ?? -1}
            onChange={(above) => onChange({ ...hold, above })}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor={`${id}-sure`}>{t("settings.hold.confidence")}</label>
          <InputNumber<number>
            id={`${id}-sure`}
            className={styles.full}
            min={0}
            max={100}
            precision={0}
            suffix="%"
            disabled={!free}
            placeholder={t("settings.hold.never")}
            value={hold.confidence_below ? Math.round(hold.confidence_below * 100) : null}
            onChange={(percent) => onChange({ ...hold, confidence_below: (percent ?? 0) / 100 })}
          />
        </div>
        {free ? (
          <Button
            className={styles.remove}
            type="text"
            danger
            icon={<DeleteOutlined />}
            aria-label={t("settings.hold.remove")}
            onClick={() => onChange(null)}
          />
        ) : null}
      </div>
    </li>
  );
}
