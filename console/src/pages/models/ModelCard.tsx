// The card of one model: what it is, how good it was measured to be, and how its day goes.
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { Bins } from "./Bins.tsx";
import type { ModelToday } from "./data.ts";
import styles from "./Models.module.css";

const MICROS = 1_000_000;

export function ModelCard({ model, onAsk }: { model: ModelToday; onAsk: () => void }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const { card, kind } = model;
  const name = maybe(`models.question.${card.question}`, card.question);
  const took = (micros: number | null | undefined) => (micros == null ? "–" : micros < 1000 ? t("models.micros", { count: format.number(micros) }) : format.duration(micros / 1000));
  const measured = Object.entries(card.quality ?? {});
  return (
    <article className={styles.card} aria-label={name} data-model={card.name}>
      <header className={styles.head}>
        <div>
          <h2>{name}</h2>
          <p>{say(model.question)}</p>
        </div>
        <Tone tone={kind === "table" ? "info" : "accent"}>{t(`models.kind.${kind}`)}</Tone>
      </header>

      <div className={styles.day} role="group" aria-label={t("models.today")}>
        <Figure name={t("models.asked")} value={format.number(model.asked)} />
        <Figure name={t("models.sure")} value={model.sure == null ? "–" : format.percent(model.sure, 0)} />
        <Figure name={t("models.p50")} value={took(model.p50_us)} note={t("models.timed", { count: format.number(model.timed) })} />
        <Figure name={t("models.p99")} value={took(model.p99_us)} />
      </div>

      {model.asked ? (
        <div className={styles.spread}>
          <Bins bins={model.bins} />
          {model.answers.length ? (
            <ul className={styles.answers} aria-label={t("models.answers")}>
              {model.answers.map((one) => (
                <li key={one.answer}>
                  <i style={{ width: `${(one.count / model.asked) * 100}%` }} />
                  <span>{maybe(`models.answer.${one.answer}`, one.answer)}</span>
                  <b>{format.number(one.count)}</b>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
      ) : (
        <p className={styles.quiet}>{t("models.not_asked")}</p>
      )}

      <dl className={styles.facts}>
        <Fact name={t("models.name")} value={<code>{card.name}</code>} />
        <Fact name={t("models.version")} value={<code>{card.version}</code>} />
        <Fact name={t("models.driver")} value={maybe(`models.driver.${card.driver}`, card.driver)} />
        <Fact name={t("models.adapter")} value={card.adapter || t("models.adapter.none")} />
        <Fact name={t("models.size")} value={card.parameters ? t("models.parameters", { count: format.compact(card.parameters) }) : t("models.size.table")} />
        <Fact name={t("models.cost")} value={card.cost_micros ? `${format.number(card.cost_micros / MICROS, 6)} ${card.currency}` : t("models.cost.none")} />
        {card.latency_ms_p50 ? <Fact name={t("models.measured_latency")} value={`${format.number(card.latency_ms_p50)} / ${format.number(card.latency_ms_p99)} ms`} /> : null}
        {measured.map(([measure, value]) => (
          <Fact key={measure} name={maybe(`models.quality.${measure}`, measure)} value={format.percent(value)} />
        ))}
        {card.measured_on ? <Fact name={t("models.measured_on")} value={card.measured_on} /> : null}
        {card.trained_by ? <Fact name={t("models.trained_by")} value={<code>{card.trained_by}</code>} /> : null}
        <Fact name={t("models.languages")} value={(card.languages ?? []).map((one) => maybe(`models.language.${one}`, one)).join(" · ") || "–"} />
        <Fact name={t("models.licence")} value={card.licence} />
      </dl>

      <footer className={styles.foot}>
        <Button onClick={onAsk}>{t("models.ask")}</Button>
        {kind === "table" ? (
          <Link to="/rules/$name" params={{ name: card.name }}>
            {t("models.to_rules")}
          </Link>
        ) : null}
        {model.link ? (
          <Link to="/map" search={{ link: model.link }}>
            {t("models.to_link")}
          </Link>
        ) : null}
        {model.first ? null : <Tone>{t("models.second")}</Tone>}
      </footer>
    </article>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }): ReactNode {
  return (
    <div title={note}>
      <strong>{value}</strong>
      <span>{name}</span>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
