// What exactly would be done: every field of the action, a text in full.
import type { ReactNode } from "react";
import { JsonPeek } from "@/ui/JsonPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import type { Decision } from "./data.ts";
import styles from "./Parts.module.css";
import { Value } from "./Value.tsx";

const LONG = 60;
const PAGES: Readonly<Record<string, string>> = { order_id: "order", customer_id: "customer", product_id: "product", parcel_id: "parcel" };

export function ActionFields({ decision }: { decision: Decision }): ReactNode {
  const { maybe } = useWords();
  const fields = Object.entries(decision.action).filter(([name, value]) => name !== "at_risk" && value !== "");
  const long = (value: unknown): value is string => typeof value === "string" && value.length > LONG;
  return (
    <>
      {fields.filter(([name, value]) => name === "text" || long(value)).map(([name, value]) => (
        <blockquote key={name} className={styles.quote}>{String(value)}</blockquote>
      ))}
      <dl className={styles.values}>
        {fields.filter(([name, value]) => name !== "text" && !long(value)).map(([name, value]) => (
          <div key={name}>
            <dt>{maybe(`decisions.field.${name}`, name)}</dt>
            <dd>{PAGES[name] ? <ThingLink kind={PAGES[name] ?? ""} id={String(value)} /> : <Value value={value} />}</dd>
          </div>
        ))}
      </dl>
      <JsonPeek value={decision.action} />
    </>
  );
}
