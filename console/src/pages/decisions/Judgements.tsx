// The questions that were asked: what went in, what came out, by which version, and the rules behind it.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { JsonPeek } from "@/ui/JsonPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Judged, RuleLine } from "./data.ts";
import styles from "./Parts.module.css";
import { Sure } from "./Sure.tsx";
import { Value } from "./Value.tsx";

export function Judgements({ judged }: { judged: readonly Judged[] }): ReactNode {
  return (
    <ul className={styles.list}>
      {judged.map((one, n) => (
        <li key={`${one.question} ${n}`}>
          <Judgement one={one} />
        </li>
      ))}
    </ul>
  );
}

function Judgement({ one }: { one: Judged }): ReactNode {
  const { t, say } = useWords();
  const name = one.by_rules ? (
    <Link to="/rules/$name" params={{ name: one.model }}>{one.model}</Link>
  ) : (
    <Link to="/models" search={{ model: one.model }}>{one.model}</Link>
  );
  return (
    <div className={styles.card}>
      <div className={styles.row}>
        <span className={styles.strong}>{say(one.about)}</span>
        <Sure words={one.sure} value={one.confidence} />
      </div>
      <Pairs title={t("decisions.judged.in")} values={one.asked} />
      <Pairs title={t("decisions.judged.out")} values={one.answered} />
      {one.hits.map((rule) => (
        <Rule key={`hit ${rule.rule}`} rule={rule} hit />
      ))}
      {one.near.map((rule) => (
        <Rule key={`near ${rule.rule}`} rule={rule} />
      ))}
      <div className={styles.row}>
        <span className={styles.quiet}>
          {name} <span className={styles.code}>{one.version}</span>
          {one.current ? null : ` · ${t(one.card ? "decisions.judged.older" : "decisions.judged.gone")}`}
        </span>
        <JsonPeek value={{ asked: one.asked, answered: one.answered }} />
      </div>
    </div>
  );
}

function Pairs({ title, values }: { title: string; values: Readonly<Record<string, unknown>> }): ReactNode {
  return (
    <div className={styles.pairs}>
      <span className={styles.quiet}>{title}</span>
      {Object.entries(values).map(([field, value]) => (
        <span key={field}>
          <span>{field}</span> <Value value={value} />
        </span>
      ))}
    </div>
  );
}

function Rule({ rule, hit = false }: { rule: RuleLine; hit?: boolean }): ReactNode {
  const { t, say } = useWords();
  return (
    <div className={styles.rule}>
      <Tone tone={hit ? "good" : "plain"}>{t(hit ? "decisions.rule.hit" : "decisions.rule.near")}</Tone>
      <span>
        {say(rule.text) || rule.rule}
        {rule.missed ? (
          <span className={styles.quiet}>
            {" · "}
            {rule.wanted
              ? t("decisions.rule.missed", { field: rule.missed, wanted: rule.wanted, was: String(rule.was) })
              : t("decisions.rule.missed.short", { field: rule.missed })}
          </span>
        ) : null}
      </span>
    </div>
  );
}
