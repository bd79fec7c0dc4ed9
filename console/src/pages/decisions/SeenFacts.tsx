// The facts that were looked at, with their values as they stood then.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { SeenFact } from "./data.ts";
import styles from "./Parts.module.css";
import { Value } from "./Value.tsx";

const PAGES: Readonly<Record<string, string>> = { orders: "order", customers: "customer", products: "product", parcels: "parcel" };

export function SeenFacts({ facts }: { facts: readonly SeenFact[] }): ReactNode {
  const { t } = useWords();
  if (facts.length === 0) return <p className={styles.quiet}>{t("decisions.facts.none")}</p>;
  return (
    <ul className={styles.facts}>
      {facts.map((fact) => (
        <li key={`${fact.table} ${fact.key}`}>
          <Fact fact={fact} />
        </li>
      ))}
    </ul>
  );
}

function Fact({ fact }: { fact: SeenFact }): ReactNode {
  const { t } = useWords();
  if (fact.how === "query")
    return (
      <div className={styles.row}>
        <span>{t("decisions.facts.query")}</span>
        <SqlPeek sql={fact.key} about={t("decisions.facts.query")} />
      </div>
    );
  const rows = fact.rows ?? [];
  return (
    <details>
      <summary>
        <span className={styles.strong}>{fact.table}</span>
        <span className={styles.code}>{fact.key}</span>
        {fact.how === "absent" ? <Tone>{t("decisions.facts.absent")}</Tone> : null}
        {fact.how === "list" ? <span className={styles.quiet}>{t("decisions.facts.rows", { count: rows.length })}</span> : null}
        {fact.changed ? <Tone tone="warn">{t("decisions.facts.changed")}</Tone> : null}
        {fact.at ? <span className={styles.quiet}><When at={fact.at} /> · {fact.source}</span> : null}
      </summary>
      {fact.body ? <Values body={fact.body as Record<string, unknown>} /> : null}
      {rows.map((row, n) => (
        <Values key={n} body={row as Record<string, unknown>} />
      ))}
      {fact.how === "row" && !fact.body ? <p className={styles.quiet}>{t("decisions.facts.lost")}</p> : null}
      {fact.how === "row" ? (
        <p className={styles.row}>
          {PAGES[fact.table] ? <ThingLink kind={PAGES[fact.table] ?? ""} id={fact.key}>{t("decisions.facts.page")}</ThingLink> : null}
          <Link to="/data/table/$name" params={{ name: fact.table }} search={{ key: fact.key }}>{t("decisions.facts.table")}</Link>
        </p>
      ) : null}
    </details>
  );
}

function Values({ body }: { body: Readonly<Record<string, unknown>> }): ReactNode {
  return (
    <dl className={styles.values}>
      {Object.entries(body)
        .filter(([, value]) => value !== null && value !== "")
        .map(([field, value]) => (
          <div key={field}>
            <dt>{field}</dt>
            <dd><Value value={value} /></dd>
          </div>
        ))}
    </dl>
  );
}
