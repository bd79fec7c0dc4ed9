// Example tests of a table: each a question and what must come out, run while a person types.
import { DeleteOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "@/words/index.ts";
import type { Check, Sheet, SheetTest, TestResult, Values } from "./api.ts";
import styles from "./Tests.module.css";
import type { Speaker } from "./speaking.ts";

export interface TestsProps {
  readonly sheet: Sheet;
  readonly check: Check | undefined;
  readonly checking: boolean;
  readonly speaker: Speaker;
  readonly readOnly: boolean;
  readonly onTests: (tests: readonly SheetTest[]) => void;
  readonly onRow: (id: string) => void;
  readonly onTry: (given: Values) => void;
}

export function Tests({ sheet, check, checking, speaker, readOnly, onTests, onRow, onTry }: TestsProps): ReactNode {
  const { t } = useWords();
  const place = (id: string) => sheet.rows.findIndex((row) => row.id === id) + 1;
  const change = (at: number, parts: Partial<SheetTest>) => onTests(sheet.tests.map((test, n) => (n === at ? { ...test, ...parts } : test)));
  return (
    <div className={styles.wrap} role="region" aria-label={t("rules.tests")} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("rules.test.result")}</th>
            <th scope="col">{t("rules.test.name")}</th>
            <th scope="col">{t("rules.test.given")}</th>
            <th scope="col">{t("rules.test.then")}</th>
            <th scope="col">
              <span className="ll-hidden">{t("rules.test.do")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sheet.tests.map((test, n) => {
            const result = check?.tests[n]?.name === test.name ? check.tests[n] : undefined;
            return (
              <tr key={n} id={`test-${n}`}>
                <td>
                  <Result result={result} stale={checking} place={place} onRow={onRow} />
                </td>
                <td>
                  <Input variant="borderless" aria-label={t("rules.test.name.of", { n: n + 1 })} value={test.name} readOnly={readOnly} onChange={(event) => change(n, { name: event.target.value })} />
                </td>
                <td>
                  <button type="button" className={styles.given} title={t("rules.test.try")} onClick={() => onTry(test.given)}>
                    {speaker.given(test.given)}
                  </button>
                </td>
                <td>
                  <div className={styles.wishes}>
                    {Object.entries(test.then).map(([field, wish]) => (
                      <Wish
                        key={field}
                        label={speaker.field(field)}
                        shown={speaker.value(field, wish)}
                        value={wish}
                        got={result?.wrong.includes(field) ? speaker.value(field, result.got[field]) : ""}
                        readOnly={readOnly}
                        onWish={(value) => change(n, { then: { ...test.then, [field]: value } })}
                      />
                    ))}
                  </div>
                </td>
                <td>
                  {readOnly ? null : (
                    <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("rules.test.remove", { name: test.name })} disabled={sheet.tests.length < 2} onClick={() => onTests(sheet.tests.filter((_, m) => m !== n))} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={styles.hint}>{t("rules.tests.hint")}</p>
    </div>
  );
}

function Result({ result, stale, place, onRow }: { result: TestResult | undefined; stale: boolean; place: (id: string) => number; onRow: (id: string) => void }): ReactNode {
  const { t, say } = useWords();
  if (!result) return <span className={styles.quiet}>{stale ? "…" : "–"}</span>;
  const look = `${result.passed ? styles.good : styles.bad} ${stale ? styles.stale : ""}`;
  return (
    <span className={look} title={result.problem ? say(result.problem.text) : undefined}>
      {result.passed ? `✓ ${t("rules.test.passed")}` : `✗ ${t("rules.test.failed")}`}
      {result.row ? (
        <button type="button" className={styles.row} onClick={() => onRow(result.row)}>
          {t("rules.row.of", { n: place(result.row) })}
        </button>
      ) : null}
    </span>
  );
}

interface WishProps {
  readonly label: string;
  readonly shown: string;
  readonly value: unknown;
  readonly got: string;
  readonly readOnly: boolean;
  readonly onWish: (value: unknown) => void;
}

/** One expected value: its words, edited as JSON. */
function Wish({ label, shown, value, got, readOnly, onWish }: WishProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState<string | null>(null);
  const done = () => {
    if (text === null) return;
    try {
      const next: unknown = JSON.parse(text);
      if (next !== value) onWish(next);
    } catch {
      if (text !== value) onWish(text);
    }
    setText(null);
  };
  return (
    <label className={`${styles.wish} ${got ? styles.wrong : ""}`}>
      <span>{label}</span>
      <input
        value={text ?? shown}
        readOnly={readOnly}
        onFocus={() => !readOnly && setText(typeof value === "string" ? value : JSON.stringify(value))}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setText(null);
        }}
      />
      {got ? <span className={styles.got}>{t("rules.test.got", { got })}</span> : null}
    </label>
  );
}
