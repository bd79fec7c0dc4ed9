// One column in full: what it looks like, every field that it gives and how each cell is read; all of it to be changed.
import { CloseOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Segmented, Select } from "antd";
import { type ReactNode, useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { type ColumnRule, type Mapping, type SheetLook, useMeanings } from "./api.ts";
import styles from "./ColumnPanel.module.css";
import { FieldSelect } from "./FieldSelect.tsx";
import { type Given, givenBy, isMoney, meaningOf, withRule } from "./mapping.ts";
import { Sureness } from "./Sureness.tsx";

export interface ColumnPanelProps {
  readonly look: SheetLook;
  readonly column: string;
  readonly mapping: Mapping | null;
  readonly onMapping: (mapping: Mapping) => void;
  readonly onAdd: (column: string, value: string) => void;
  readonly onRemove: (table: string, field: string) => void;
  readonly onClose: () => void;
}

export function ColumnPanel({ look, column, mapping, onMapping, onAdd, onRemove, onClose }: ColumnPanelProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const told = look.columns.find((one) => one.column === column);
  const given = givenBy(mapping, column);
  const split = given.find((one) => one.rule.separator);
  return (
    <aside className={styles.panel} aria-label={t("intake.panel.label", { column })}>
      <div className={styles.head}>
        <h3>{column}</h3>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("intake.panel.close")} onClick={onClose} />
      </div>
      {told ? (
        <p className={styles.facts}>
          {t("intake.panel.facts", { filled: format.percent(told.filled, 0), distinct: format.number(told.distinct) })}
          {told.samples.length ? <span className={styles.samples}>{told.samples.join(" · ")}</span> : null}
        </p>
      ) : null}
      {given.length === 0 ? <p className={styles.none}>{t("intake.panel.none")}</p> : null}
      {given.map((one) => (
        <Rule
          key={`${one.table}.${one.field}`}
          given={one}
          onRule={(parts) => mapping && onMapping(withRule(mapping, one.table, one.field, parts))}
          onRemove={() => onRemove(one.table, one.field)}
        />
      ))}
      <div className={styles.add}>
        <FieldSelect
          key={given.length}
          label={t("intake.panel.add", { column })}
          placeholder={t("intake.panel.add.short")}
          value=""
          allowNone={false}
          onChange={(value) => onAdd(column, value)}
        />
      </div>
      {given.length ? (
        <div className={styles.split}>
          <label className={styles.line}>
            <span>{t("intake.panel.split")}</span>
            <Input
              size="small"
              style={{ width: 70 }}
              maxLength={8}
              value={split?.rule.separator ?? ""}
              placeholder={t("intake.panel.split.none")}
              onChange={(event) => {
                let now = mapping;
                for (const one of given) if (now) now = withRule(now, one.table, one.field, { separator: event.target.value, part: one.rule.part ?? 0 });
                if (now) onMapping(now);
              }}
            />
          </label>
          <p className={styles.hint}>{t("intake.panel.split.about")}</p>
        </div>
      ) : null}
    </aside>
  );
}

const PARTS = [0, 1, 2, -1] as const;

function Rule({ given, onRule, onRemove }: { given: Given; onRule: (parts: Partial<ColumnRule>) => void; onRemove: () => void }): ReactNode {
  const { t, say, maybe } = useWords();
  const { data } = useMeanings();
  const { rule } = given;
  const { table, field } = meaningOf(data, given.table, given.field);
  const currencies = useMemo(() => Intl.supportedValuesOf("currency").map((code) => ({ value: code, label: code })), []);
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone })), []);
  const name = `${given.table}.${given.field}`;
  const number = isMoney(rule) || rule.transform === "int" || rule.transform === "number";
  return (
    <div className={styles.rule}>
      <div className={styles.ruleHead}>
        <span className={styles.title}>
          <span className={styles.table}>{say(table?.title)}</span> {say(field?.title)}
        </span>
        <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("intake.panel.remove", { field: name })} onClick={onRemove} />
      </div>
      <p className={styles.about}>{say(field?.text)}</p>
      <p className={styles.why}>
        <Sureness value={rule.confidence ?? 1} why={say(rule.why)} /> <span>{say(rule.why)}</span>
      </p>
      {isMoney(rule) && !rule.currency_from ? (
        <label className={styles.line}>
          <span>{t("intake.panel.currency")}</span>
          <Select size="small" showSearch style={{ width: 110 }} aria-label={t("intake.panel.currency")} value={rule.currency} options={currencies} onChange={(currency: string) => onRule({ currency })} />
        </label>
      ) : null}
      {rule.currency_from ? <p className={styles.hint}>{t("intake.panel.currency_from", { column: rule.currency_from })}</p> : null}
      {number ? (
        <div className={styles.line}>
          <span>{t("intake.panel.decimal")}</span>
          <Segmented
            size="small"
            aria-label={t("intake.panel.decimal")}
            value={rule.decimal ?? "."}
            options={[
              { value: ".", label: "1,234.5" },
              { value: ",", label: "1.234,5" },
            ]}
            onChange={(decimal) => onRule({ decimal: decimal as "." | "," })}
          />
        </div>
      ) : null}
      {rule.transform === "int" || rule.transform === "number" ? (
        <label className={styles.line}>
          <span>{t("intake.panel.scale")}</span>
          <InputNumber size="small" style={{ width: 90 }} min={0.000001} value={rule.scale ?? 1} onChange={(scale) => onRule({ scale: scale ?? 1 })} />
        </label>
      ) : null}
      {rule.transform === "date" ? (
        <>
          <label className={styles.line}>
            <span>{t("intake.panel.zone")}</span>
            <Select size="small" showSearch style={{ width: 180 }} aria-label={t("intake.panel.zone")} value={rule.timezone} options={zones} onChange={(timezone: string) => onRule({ timezone })} />
          </label>
          <label className={styles.line}>
            <span>{t("intake.panel.format")}</span>
            <Select
              size="small"
              mode="tags"
              style={{ width: 180 }}
              aria-label={t("intake.panel.format")}
              value={[...(rule.format ?? [])]}
              options={FORMATS.map((value) => ({ value, label: maybe(`intake.format.${value}`, value) }))}
              onChange={(format: string[]) => onRule({ format })}
            />
          </label>
          {(rule.format ?? []).some((one) => /^%[dm][/\-.]%[dm]/.test(one)) ? (
            <div className={styles.line}>
              <span>{t("intake.panel.first")}</span>
              <Segmented
                size="small"
                aria-label={t("intake.panel.first")}
                value={(rule.format ?? []).some((one) => one.startsWith("%m")) ? "%m" : "%d"}
                options={[
                  { value: "%d", label: t("intake.panel.first.day") },
                  { value: "%m", label: t("intake.panel.first.month") },
                ]}
                onChange={(first) => onRule({ format: (rule.format ?? []).map((one) => turned(one, String(first))) })}
              />
            </div>
          ) : null}
        </>
      ) : null}
      {rule.transform === "word" && field?.words.length ? <Words rule={rule} words={field.words} onRule={onRule} /> : null}
      {rule.separator ? (
        <div className={styles.line}>
          <span>{t("intake.panel.part")}</span>
          <Segmented
            size="small"
            aria-label={t("intake.panel.part")}
            value={rule.part ?? 0}
            options={PARTS.map((part) => ({ value: part, label: part < 0 ? t("intake.panel.part.last") : String(part + 1) }))}
            onChange={(part) => onRule({ part })}
          />
        </div>
      ) : null}
    </div>
  );
}

function Words({ rule, words, onRule }: { rule: ColumnRule; words: readonly string[]; onRule: (parts: Partial<ColumnRule>) => void }): ReactNode {
  const { t, maybe } = useWords();
  const told = Object.entries(rule.values ?? {});
  const set = (values: Record<string, string>) => onRule({ values });
  return (
    <div className={styles.words}>
      <p className={styles.hint}>{t("intake.panel.words")}</p>
      {told.map(([word, means]) => (
        <div key={word} className={styles.line}>
          <span>{word}</span>
          <Select
            size="small"
            style={{ width: 130 }}
            aria-label={t("intake.panel.means", { word })}
            value={means}
            options={words.map((value) => ({ value, label: maybe(`intake.word.${value}`, value) }))}
            onChange={(value: string) => set({ ...rule.values, [word]: value })}
          />
        </div>
      ))}
      <Input.Search
        size="small"
        aria-label={t("intake.panel.word.add")}
        placeholder={t("intake.panel.word.add")}
        enterButton={t("intake.panel.word.button")}
        onSearch={(word) => word.trim() && set({ ...rule.values, [word.trim()]: words[0] ?? "" })}
      />
    </div>
  );
}

const FORMATS = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y年%m月%d日", "%Y%m%d", "seconds since 1970", "milliseconds since 1970", "days since 1899-12-30"];

function turned(format: string, first: string): string {
  const found = /^%[dm]([/\-.])%[dm](.*)$/.exec(format);
  return found ? `${first}${found[1]}${first === "%d" ? "%m" : "%d"}${found[2]}` : format;
}
