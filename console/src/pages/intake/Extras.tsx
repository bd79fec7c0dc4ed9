// Fields that no column gives: counted in the order of the file, or the same for every row.
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "@/words/index.ts";
import { type Mapping, useMeanings } from "./api.ts";
import styles from "./Extras.module.css";
import { FieldSelect } from "./FieldSelect.tsx";
import { meaningOf, withoutColumn, withRule } from "./mapping.ts";

export interface ExtrasProps {
  readonly mapping: Mapping;
  readonly onMapping: (mapping: Mapping) => void;
  readonly onConstant: (table: string, field: string, constant: string) => void;
  readonly onRemove: (table: string, field: string) => void;
}

export function Extras({ mapping, onMapping, onConstant, onRemove }: ExtrasProps): ReactNode {
  const { t, say, maybe } = useWords();
  const { data } = useMeanings();
  const [adding, setAdding] = useState<string | null>(null);
  const [value, setValue] = useState("");
  const given = withoutColumn(mapping);
  const [table, field] = (adding ?? "").split(".");
  const words = table && field ? (meaningOf(data, table, field).field?.words ?? []) : [];
  const done = () => {
    if (table && field && value.trim()) onConstant(table, field, value.trim());
    setAdding(null);
    setValue("");
  };
  return (
    <div className={styles.extras}>
      <span className={styles.title}>{t("intake.extras")}</span>
      {given.map((one) => {
        const meaning = meaningOf(data, one.table, one.field);
        return (
          <span key={`${one.table}.${one.field}`} className={styles.one} title={say(one.rule.why)}>
            <span className={styles.field}>
              {say(meaning.table?.title)} · {say(meaning.field?.title)}
            </span>
            {one.rule.transform === "count" ? (
              <span className={styles.counted}>{t("intake.extras.counted")}</span>
            ) : (
              <>
                {meaning.field?.words.length ? (
                  <Select
                    size="small"
                    style={{ width: 110 }}
                    aria-label={t("intake.extras.value", { field: `${one.table}.${one.field}` })}
                    value={one.rule.constant}
                    options={meaning.field.words.map((word) => ({ value: word, label: maybe(`intake.word.${word}`, word) }))}
                    onChange={(constant: string) => onMapping(withRule(mapping, one.table, one.field, { constant }))}
                  />
                ) : (
                  <Input
                    size="small"
                    style={{ width: 90 }}
                    aria-label={t("intake.extras.value", { field: `${one.table}.${one.field}` })}
                    value={one.rule.constant ?? ""}
                    onChange={(event) => onMapping(withRule(mapping, one.table, one.field, { constant: event.target.value }))}
                  />
                )}
                <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("intake.panel.remove", { field: `${one.table}.${one.field}` })} onClick={() => onRemove(one.table, one.field)} />
              </>
            )}
          </span>
        );
      })}
      {adding === null ? (
        <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => setAdding("")}>
          {t("intake.extras.add")}
        </Button>
      ) : (
        <span className={styles.one}>
          <span className={styles.select}>
            <FieldSelect label={t("intake.extras.field")} placeholder={t("intake.extras.field")} allowNone={false} value={adding} onChange={setAdding} />
          </span>
          {words.length ? (
            <Select size="small" style={{ width: 110 }} aria-label={t("intake.extras.constant")} value={value || undefined} options={words.map((word) => ({ value: word, label: maybe(`intake.word.${word}`, word) }))} onChange={setValue} />
          ) : (
            <Input size="small" style={{ width: 110 }} aria-label={t("intake.extras.constant")} placeholder={t("intake.extras.constant")} value={value} onChange={(event) => setValue(event.target.value)} onPressEnter={done} />
          )}
          <Button size="small" type="primary" disabled={!adding || !value.trim()} onClick={done}>
            {t("intake.extras.done")}
          </Button>
          <Button size="small" onClick={() => setAdding(null)}>
            {t("ui.cancel")}
          </Button>
        </span>
      )}
    </div>
  );
}
