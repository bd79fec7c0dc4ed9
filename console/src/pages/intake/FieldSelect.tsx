// Which field a column gives: searched by its name or its meaning in either language, or by its SQL name.
import { Select } from "antd";
import { type ReactNode, useMemo } from "react";
import { useWords } from "@/words/index.ts";
import { type TableMeaning, useMeanings } from "./api.ts";
import styles from "./FieldSelect.module.css";

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly about: string;
  readonly needed: boolean;
  readonly look: string;
}

export interface FieldSelectProps {
  readonly label: string;
  /** `table.field`; "" where it gives nothing. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly allowNone?: boolean;
  readonly placeholder?: string;
  readonly size?: "small" | "middle";
  readonly taken?: ReadonlySet<string>;
  readonly disabled?: boolean;
}

export function FieldSelect({ label, value, onChange, allowNone = true, placeholder, size = "small", taken, disabled }: FieldSelectProps): ReactNode {
  const { t, say } = useWords();
  const { data } = useMeanings();
  const groups = useMemo(() => (data ?? []).map((table) => ({ label: say(table.title), title: say(table.text), options: choices(table, say) })), [data, say]);
  const none = { label: t("intake.field.none.group"), options: [{ value: "", label: t("intake.field.none"), about: t("intake.field.none.about"), needed: false, look: t("intake.field.none") }] };
  return (
    <Select<string, Choice>
      aria-label={label}
      size={size}
      disabled={disabled}
      className={value ? styles.given : styles.none}
      style={{ width: "100%" }}
      popupMatchSelectWidth={360}
      listHeight={340}
      showSearch={{
        filterOption: (text, option) => (option as unknown as Choice | undefined)?.look?.toLowerCase().includes(text.trim().toLowerCase()) ?? false,
      }}
      placeholder={placeholder}
      value={value || (allowNone ? "" : undefined)}
      onChange={onChange}
      options={(allowNone ? [none, ...groups] : groups) as never}
      optionRender={(option) => {
        const one = option.data as Choice;
        return (
          <div className={styles.option}>
            <span>
              {one.label}
              {one.needed ? <span className={styles.needed}>{t("intake.field.needed")}</span> : null}
              {taken?.has(one.value) ? <span className={styles.taken}>{t("intake.field.taken")}</span> : null}
            </span>
            <span className={styles.about}>{one.about}</span>
          </div>
        );
      }}
      labelRender={(chosen) => {
        const table = data?.find((one) => String(chosen.value).startsWith(`${one.table}.`));
        return table ? (
          <span className={styles.label}>
            <span className={styles.table}>{say(table.title)}</span> {chosen.label}
          </span>
        ) : (
          chosen.label
        );
      }}
    />
  );
}

function choices(table: TableMeaning, say: (text: { en: string; zh: string }) => string): Choice[] {
  return table.fields.map((field) => ({
    value: `${table.table}.${field.field}`,
    label: say(field.title),
    about: say(field.text),
    needed: field.needed,
    look: [field.title.en, field.title.zh, field.text.en, field.text.zh, table.title.en, table.title.zh, `${table.table}.${field.field}`].join(" "),
  }));
}
