// One dead letter: what happened in words, what to do, where it belongs; its message and body on demand.
import { Link } from "@tanstack/react-router";
import { Button, Checkbox } from "antd";
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./DeadLetters.module.css";

type Letter = components["schemas"]["Letter"];

export interface LetterCardProps {
  readonly letter: Letter;
  readonly active: boolean;
  readonly open: boolean;
  readonly chosen: boolean;
  readonly onActive: () => void;
  readonly onOpen: () => void;
  readonly onChoose: () => void;
}

export function LetterCard({ letter, active, open, chosen, onActive, onOpen, onChoose }: LetterCardProps): ReactNode {
  const { t, say, maybe } = useWords();
  const state = letter.status.split(" ")[0] ?? letter.status;
  return (
    <li id={`letter-${letter.id}`} className={`${styles.letter} ${active ? styles.active : ""}`} aria-current={active ? "true" : undefined} onMouseDown={onActive}>
      <div className={styles.head}>
        <Checkbox aria-label={t("intake.letters.choose", { title: say(letter.title) })} checked={chosen} onChange={onChoose} />
        <b className={styles.title}>{say(letter.title)}</b>
        <Tone tone={letter.what === "effect" ? "warn" : "info"}>{maybe(`intake.letters.what.${letter.what}`, letter.what)}</Tone>
        {state === "waiting" ? null : <Tone>{maybe(`intake.letters.${state}.short`, state)}</Tone>}
        <span className={styles.when}>
          <When at={letter.at} />
        </span>
      </div>
      <p className={styles.todo}>{say(letter.todo)}</p>
      <p className={styles.problem}>
        <code>{letter.message}</code>
      </p>
      <div className={styles.links}>
        {letter.case_id ? (
          <Link to="/case/$id" params={{ id: letter.case_id }}>
            {t("intake.letters.case")}
          </Link>
        ) : null}
        {letter.decision_id ? (
          <Link to="/decisions" search={{ id: letter.decision_id }}>
            {t("intake.letters.decision")}
          </Link>
        ) : null}
        {letter.attempts ? <span>{t("intake.letters.attempts", { count: letter.attempts })}</span> : null}
        <Button type="link" size="small" aria-expanded={open} onClick={onOpen}>
          {open ? t("intake.letters.close") : t("intake.letters.open")}
        </Button>
      </div>
      {open ? (
        <dl className={styles.body}>
          {letter.problem === letter.message ? null : <pre className={styles.trace}>{letter.problem}</pre>}
          {Object.entries(letter.body).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </li>
  );
}
