// Findings: what keeps a draft from going live and what is worth a look, each leading to its rows with an example.
import type { ReactNode } from "react";
import { Button } from "antd";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Check, Finding, Problem, Sheet, Values } from "./api.ts";
import styles from "./Findings.module.css";
import type { Speaker } from "./speaking.ts";

export interface FindingsProps {
  readonly check: Check | undefined;
  readonly sheet: Sheet;
  readonly speaker: Speaker;
  readonly onRow: (id: string, side?: string, field?: string) => void;
  readonly onTry: (given: Values) => void;
  readonly onTest: (at: number) => void;
}

const GRAVE = { gap: "bad", unreachable: "warn", overlap: "warn", unproven: "warn" } as const;

export function Findings({ check, sheet, speaker, onRow, onTry, onTest }: FindingsProps): ReactNode {
  const { t, say } = useWords();
  if (!check)
    return (
      <p className={styles.quiet} aria-busy>
        {t("rules.checking")}
      </p>
    );
  const place = (id: string) => sheet.rows.findIndex((row) => row.id === id) + 1;
  const told = check.problems.filter((one) => one.code !== "rules.gap" && one.test < 0);
  const failing = check.problems.filter((one) => one.test >= 0);
  const grave = check.findings.filter((one) => one.kind !== "overlap");
  const overlaps = check.findings.filter((one) => one.kind === "overlap");
  if (!told.length && !failing.length && !check.findings.length)
    return <p className={styles.quiet}>✓ {t("rules.checks.clean", { n: check.compared, tests: check.tests.length })}</p>;
  return (
    <ul className={styles.list}>
      {told.slice(0, 100).map((one, n) => (
        <li key={`p${n}`} className={styles.item}>
          <Tone tone="bad">{t("rules.finding.error")}</Tone>
          <Where problem={one} place={place(one.row)} speaker={speaker} onRow={onRow} />
          <p>{one.code === "rules.output" && one.column ? t("rules.problem.output", { column: speaker.field(one.column) }) : say(one.text)}</p>
          <p className={styles.todo}>{say(one.todo)}</p>
        </li>
      ))}
      {grave.map((one, n) => (
        <Found key={`f${n}`} one={one} place={place} speaker={speaker} onRow={onRow} onTry={onTry} />
      ))}
      {failing.map((one, n) => (
        <li key={`t${n}`} className={styles.item}>
          <Tone tone="bad">{t("rules.finding.test")}</Tone>
          <Button size="small" type="link" onClick={() => onTest(one.test)}>
            {sheet.tests[one.test]?.name || t("rules.test.of", { n: one.test + 1 })}
          </Button>
          <p>{say(one.text)}</p>
        </li>
      ))}
      {told.length + failing.length + grave.length === 0 ? <li className={styles.item}>✓ {t("rules.checks.clean", { n: check.compared, tests: check.tests.length })}</li> : null}
      {overlaps.length ? (
        <li className={styles.item}>
          <details>
            <summary>{t("rules.finding.overlaps", { n: overlaps.length })}</summary>
            <ul className={styles.list}>
              {overlaps.map((one, n) => (
                <Found key={n} one={one} place={place} speaker={speaker} onRow={onRow} onTry={onTry} />
              ))}
            </ul>
          </details>
        </li>
      ) : null}
    </ul>
  );
}

interface FoundProps {
  readonly one: Finding;
  readonly place: (id: string) => number;
  readonly speaker: Speaker;
  readonly onRow: FindingsProps["onRow"];
  readonly onTry: FindingsProps["onTry"];
}

function Found({ one, place, speaker, onRow, onTry }: FoundProps): ReactNode {
  const { t } = useWords();
  return (
        <li className={styles.item}>
          <Tone tone={GRAVE[one.kind]}>{t(`rules.finding.${one.kind}`)}</Tone>
          {one.rows.map((id) => (
            <Button key={id} size="small" type="link" onClick={() => onRow(id)}>
              {t("rules.row.of", { n: place(id) })}
            </Button>
          ))}
          <p>{sentence(one, place, t)}</p>
          {Object.keys(one.example).length ? (
            <p className={styles.todo}>
              {t("rules.finding.example", { given: speaker.given(one.example) })}{" "}
              <Button size="small" type="link" onClick={() => onTry(one.example)}>
                {t("rules.try.it")}
              </Button>
            </p>
          ) : null}
        </li>
  );
}

function Where({ problem, place, speaker, onRow }: { problem: Problem; place: number; speaker: Speaker; onRow: FindingsProps["onRow"] }): ReactNode {
  const { t } = useWords();
  if (!place) return problem.column ? <span>{speaker.field(problem.column)}</span> : null;
  return (
    <Button size="small" type="link" onClick={() => onRow(problem.row, problem.side, problem.column)}>
      {t("rules.row.of", { n: place })}
      {problem.column ? ` · ${speaker.field(problem.column)}` : ""}
    </Button>
  );
}

function sentence(one: Finding, place: (id: string) => number, t: (key: string, blanks?: Record<string, string | number>) => string): string {
  const [a = "", b = ""] = one.rows;
  return t(`rules.finding.${one.kind}.text`, { row: place(a), other: place(b) });
}
