// Ask a model: a form made from the question's schema, and the answer with its confidence, hits and near misses.
import { Button, Drawer, Input, InputNumber, Select, Switch } from "antd";
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { JsonPeek } from "@/ui/JsonPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { intentsOf } from "./intents.ts";
import { useAsk, type Answer, type QuestionInfo } from "./data.ts";
import { fieldsOf, valueOf, type Field } from "./schema.ts";
import styles from "./AskDrawer.module.css";

export function AskDrawer({ question, onClose }: { question: QuestionInfo | undefined; onClose: () => void }): ReactNode {
  const { t, maybe } = useWords();
  const name = question?.name ?? "";
  const fields = useMemo(() => (question ? fieldsOf(question.asks) : []), [question]);
  const ask = useAsk(name);
  const [given, setGiven] = useState<Record<string, unknown>>({});
  const [broken, setBroken] = useState("");
  useEffect(() => {
    ask.reset();
    setBroken("");
    setGiven(Object.fromEntries(fields.map((field) => [field.name, field.start])));
    // another question begins anew
  }, [name]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    try {
      ask.mutate(Object.fromEntries(fields.map((field) => [field.name, valueOf(field, given[field.name])])));
      setBroken("");
    } catch (error) {
      setBroken(String(error));
    }
  };
  return (
    <Drawer open={Boolean(question)} onClose={onClose} size={520} title={maybe(`models.question.${name}`, name)} destroyOnHidden>
      <form onSubmit={send} className={styles.form}>
        <p className={styles.quiet}>{t("models.ask.what")}</p>
        {fields.map((field) => (
          <div key={field.name} className={styles.field}>
            <label htmlFor={`ask-${field.name}`}>{maybe(`models.field.${field.name}`, field.name)}</label>
            <FieldInput field={field} value={given[field.name]} onChange={(value) => setGiven({ ...given, [field.name]: value })} />
          </div>
        ))}
        <ErrorNote error={ask.error} />
        {broken ? <Tone tone="bad">{broken}</Tone> : null}
        <Button type="primary" htmlType="submit" loading={ask.isPending}>
          {t("models.ask")}
        </Button>
      </form>
      <div aria-live="polite">{ask.data ? <Answered answer={ask.data} /> : null}</div>
    </Drawer>
  );
}

function FieldInput({ field, value, onChange }: { field: Field; value: unknown; onChange: (value: unknown) => void }): ReactNode {
  const { maybe } = useWords();
  const id = `ask-${field.name}`;
  switch (field.kind) {
    case "boolean":
      return <Switch id={id} checked={Boolean(value)} onChange={onChange} />;
    case "integer":
    case "number":
      return <InputNumber id={id} value={value as number} precision={field.kind === "integer" ? 0 : undefined} onChange={(now) => onChange(now ?? 0)} style={{ width: 200 }} />;
    case "choice":
      return <Select id={id} value={value as string} onChange={onChange} options={field.choices.map((one) => ({ value: one, label: maybe(`models.answer.${one}`, one) }))} />;
    default:
      return <Input.TextArea id={id} value={String(value ?? "")} onChange={(event) => onChange(event.target.value)} autoSize={{ minRows: field.name === "text" ? 3 : 1, maxRows: 8 }} maxLength={4000} />;
  }
}

function Answered({ answer }: { answer: Answer }): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  return (
    <section className={styles.answer} aria-label={t("models.answer")} data-testid="answer">
      <div className={styles.values}>
        {Object.entries(answer.value).map(([name, value]) => (
          <div key={name}>
            <span>{maybe(`models.field.${name}`, name)}</span>
            <strong>{shown(value, maybe, format.number, t)}</strong>
          </div>
        ))}
      </div>
      <p className={styles.quiet}>
        {t("models.answer.by", { model: answer.model, version: answer.version, sure: format.percent(answer.confidence, 0) })}
      </p>
      <div className={styles.meter} role="meter" aria-label={t("models.sure")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(answer.confidence * 100)}>
        <i style={{ width: `${answer.confidence * 100}%` }} />
      </div>
      {answer.hits.length ? (
        <>
          <h3>{t("models.hits")}</h3>
          <ul>
            {answer.hits.map((hit, n) => (
              <li key={n}>
                <code>{hit.rule}</code> {hit.text}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {answer.near.length ? (
        <>
          <h3>{t("models.near")}</h3>
          <ul>
            {answer.near.map((near, n) => (
              <li key={n}>
                <code>{near.rule}</code> {near.text} {near.missed ? <Tone tone="warn">{near.missed}</Tone> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <JsonPeek value={answer} />
    </section>
  );
}

function shown(value: unknown, maybe: (key: string, otherwise: string) => string, number: (value: number, digits?: number) => string, t: (key: string) => string): string {
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return t(value ? "models.yes" : "models.no");
  if (typeof value === "string") return value ? maybe(`models.answer.${value}`, value) : "–";
  if (value == null) return "–";
  const intents = intentsOf(value, maybe);
  if (intents.length) return intents.join(" · ");
  const parts = Object.entries(value).filter(([, one]) => one !== "" && one != null && !(Array.isArray(one) && one.length === 0));
  if (parts.every(([, one]) => typeof one !== "object")) return parts.map(([name, one]) => `${maybe(`models.field.${name}`, name)}: ${String(one)}`).join(" · ") || "–";
  return JSON.stringify(value);
}
