// What the bot would answer, on what it rests, how sure it is, and what the person should know; one key takes it over.
import { Button } from "antd";
import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import { useFormat } from "@/format/useFormat.ts";
import { Keys } from "@/ui/Keys.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import type { Draft, Evidence } from "./data.ts";
import styles from "./DraftCard.module.css";

const THINGS: Readonly<Record<string, string>> = { orders: "order", parcels: "parcel", products: "product", customers: "customer", decisions: "decision" };

export function DraftCard({ draft, stale, onUse }: { draft: Draft; stale: boolean; onUse: () => void }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  return (
    <section className={styles.draft} aria-label={t("service.draft")}>
      <div className={styles.head}>
        <h3 className={styles.title}>{t("service.draft")}</h3>
        {draft.text && draft.confidence > 0 ? <span className={styles.quiet}>{t("service.draft.sure", { share: format.percent(draft.confidence, 0) })}</span> : null}
        {draft.text ? null : <span className={styles.quiet}>{t("service.draft.none")}</span>}
        {stale ? <span className={styles.stale}>{t("service.draft.stale")}</span> : null}
        {draft.text ? (
          <Button size="small" className={styles.use} onClick={onUse}>
            {t("service.draft.use")} <Keys keys="D" />
          </Button>
        ) : null}
      </div>
      {draft.text ? <p className={styles.text}>{draft.text}</p> : null}
      {draft.evidence.length ? (
        <ul className={styles.evidence} aria-label={t("service.draft.evidence")}>
          {draft.evidence.map((one, n) => (
            <li key={`${one.table}/${one.key}/${n}`}>
              <Cited evidence={one} />
            </li>
          ))}
        </ul>
      ) : null}
      {draft.summary ? <p className={styles.summary}>{say(draft.summary)}</p> : null}
    </section>
  );
}

function Cited({ evidence }: { evidence: Evidence }): ReactNode {
  const { say } = useWords();
  const said = say(evidence.says) || evidence.key;
  const thing = THINGS[evidence.table];
  if (thing) return <ThingLink kind={thing} id={evidence.key}>{said}</ThingLink>;
  if (evidence.table === "articles") return <Link to="/service/knowledge" search={{ article: evidence.key } as never}>{said}</Link>;
  return <Link to="/data/table/$name" params={{ name: evidence.table }}>{said}</Link>;
}
