// Try it: a question filled in by hand, and at once which row answers it, which nearly did, and why each other does not.
import { Button, InputNumber, Input, Select, Switch } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { type Field, rules, type Sheet, type Trial, type Values } from "./api.ts";
import styles from "./TryIt.module.css";
import type { Speaker } from "./speaking.ts";

export interface TryItProps {
  readonly name: string;
  readonly sheet: Sheet;
  readonly asks: readonly Field[];
  readonly speaker: Speaker;
  readonly given: Values;
  readonly readOnly: boolean;
  /** Whether the sheet can be read as it is: known once it has been checked. */
  readonly readable: boolean;
  readonly onGiven: (given: Values) => void;
  readonly onTrial: (trial: Trial | null) => void;
  readonly onRow: (id: string) => void;
  readonly onAddTest: (given: Values, then: Values) => void;
}

/** A question that every field has a value for: examples first, else something of its kind. */
export function startingValues(asks: readonly Field[], example: Values | undefined): Values {
  const plain = (field: Field) => field.default ?? (field.words?.length ? field.words[0]?.value : { int: 0, float: 0, bool: false, str: "", other: null }[field.kind]);
  return Object.fromEntries(asks.map((field) => [field.name, example && field.name in example ? example[field.name] : plain(field)]));
}

export function TryIt(props: TryItProps): ReactNode {
  const { name, sheet, asks, speaker, given, readOnly, readable, onGiven, onTrial, onRow, onAddTest } = props;
  const { t } = useWords();
  const [trial, setTrial] = useState<Trial | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!readable) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      rules
        .try(name, sheet, given, stop.signal)
        .then((found) => {
          setTrial(found);
          setError(null);
          onTrial(found);
        })
        .catch((problem: unknown) => {
          if (stop.signal.aborted) return;
          setTrial(null);
          setError(problem);
          onTrial(null);
        });
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, sheet, given, readable]);
  useEffect(() => () => onTrial(null), []);
  return (
    <div className={styles.try}>
      <div className={styles.form}>
        {asks.map((field) => (
          <label key={field.name} className={styles.field}>
            <span>{speaker.field(field.name)}</span>
            <Value field={field} speaker={speaker} value={given[field.name]} onValue={(value) => onGiven({ ...given, [field.name]: value })} />
            {field.kind === "int" || field.kind === "float" ? <small>{speaker.value(field.name, given[field.name])}</small> : null}
          </label>
        ))}
        <RealOnes name={name} speaker={speaker} onGiven={(real) => onGiven({ ...given, ...real })} />
      </div>
      <div className={styles.answer} aria-live="polite" aria-busy={readable && !trial && !error}>
        <ErrorNote error={error} />
        {readable ? null : <p className={styles.quiet}>{t("rules.try.wait")}</p>}
        {trial && readable ? <Answer trial={trial} sheet={sheet} speaker={speaker} given={given} onRow={onRow} /> : null}
        {trial?.fired && !readOnly ? <Button onClick={() => onAddTest(given, trial.answer)}>{t("rules.try.keep")}</Button> : null}
      </div>
    </div>
  );
}

function Answer({ trial, sheet, speaker, given, onRow }: { trial: Trial; sheet: Sheet; speaker: Speaker; given: Values; onRow: (id: string) => void }): ReactNode {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const at = sheet.rows.findIndex((row) => row.id === trial.fired);
  const places = new Map(sheet.rows.map((row, n) => [row.id, n]));
  const others = trial.rows.filter((one) => one.row !== trial.fired);
  const rank = (one: { row: string; missed: readonly string[] }) => (one.missed.length === 1 && (at < 0 || (places.get(one.row) ?? 0) < at) ? 0 : 1);
  const sorted = [...others].sort((a, b) => rank(a) - rank(b));
  const shown = all ? sorted : sorted.slice(0, 8);
  const why = (one: { row: string; missed: readonly string[] }) => {
    const row = sheet.rows[places.get(one.row) ?? -1];
    if (!one.missed.length) return t("rules.try.later", { n: at + 1 });
    return one.missed.map((field) => t("rules.try.missed", { wish: speaker.condition(field, row?.when?.[field] ?? ""), is: speaker.value(field, given[field]) })).join(t("rules.words.comma"));
  };
  const fired = sheet.rows[at];
  return (
    <>
      {fired ? (
        <div className={styles.fired}>
          <button type="button" className={styles.jump} onClick={() => onRow(fired.id)}>
            ▶ {t("rules.try.fires", { n: at + 1 })}
          </button>
          <p className={styles.values}>{speaker.given(trial.answer)}</p>
          <p className={styles.sentence}>{speaker.row(sheet, fired)}</p>
        </div>
      ) : (
        <div className={styles.none}>⚠ {t("rules.try.none")}</div>
      )}
      <ul className={styles.rows}>
        {shown.map((one) => (
          <li key={one.row}>
            <button type="button" className={styles.jump} onClick={() => onRow(one.row)}>
              {t("rules.row.of", { n: (places.get(one.row) ?? 0) + 1 })}
            </button>
            {rank(one) === 0 ? <Tone tone="info">{t("rules.try.near")}</Tone> : null}
            <span>{why(one)}</span>
          </li>
        ))}
      </ul>
      {sorted.length > 8 && sorted.length <= 300 ? (
        <Button size="small" type="link" onClick={() => setAll(!all)}>
          {all ? t("rules.try.fewer") : t("rules.try.all", { n: sorted.length })}
        </Button>
      ) : null}
    </>
  );
}

function Value({ field, speaker, value, onValue }: { field: Field; speaker: Speaker; value: unknown; onValue: (value: unknown) => void }): ReactNode {
  const label = speaker.field(field.name);
  if (field.kind === "bool") return <Switch aria-label={label} checked={value === true} onChange={onValue} />;
  if (field.words?.length) return <Select aria-label={label} value={String(value ?? "")} onChange={onValue} options={field.words.map((one) => ({ value: one.value, label: speaker.value(field.name, one.value) }))} />;
  if (field.kind === "int" || field.kind === "float") return <InputNumber aria-label={label} value={Number(value ?? 0)} precision={field.kind === "int" ? 0 : undefined} onChange={(number) => onValue(number ?? 0)} style={{ width: "100%" }} />;
  return <Input aria-label={label} value={String(value ?? "")} onChange={(event) => onValue(event.target.value)} />;
}

function RealOnes({ name, speaker, onGiven }: { name: string; speaker: Speaker; onGiven: (given: Values) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { data } = useQuery({ queryKey: ["rules", name, "asked"], queryFn: () => rules.asked(name, ""), staleTime: 30_000 });
  const options = (data ?? []).map((one, n) => ({ value: n, label: `${format.when(one.at)} · ${speaker.given(one.given)}` }));
  return (
    <label className={styles.field}>
      <span>{t("rules.try.real")}</span>
      <Select<number>
        aria-label={t("rules.try.real")}
        placeholder={options.length ? t("rules.try.real.pick") : t("rules.try.real.none")}
        disabled={!options.length}
        value={null}
        options={options}
        popupMatchSelectWidth={560}
        onChange={(n) => {
          const one = data?.[n];
          if (one) onGiven(one.given);
        }}
      />
    </label>
  );
}
