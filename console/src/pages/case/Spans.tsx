// How long each decision took: heard, decided, let go, settled, on the shop's clock.
import { ArrowRightOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import type { Span } from "./data.ts";
import styles from "./Case.module.css";

const SHOWN = 12;

export function Spans({ spans }: { spans: readonly Span[] }): ReactNode {
  const { t } = useWords();
  return (
    <ul className={styles.spans}>
      {spans.slice(0, SHOWN).map((span) => <li key={span.decision_id}><OneSpan span={span} /></li>)}
      {spans.length > SHOWN ? <li className={styles.quiet}>{t("case.more", { count: spans.length - SHOWN })}</li> : null}
    </ul>
  );
}

function OneSpan({ span }: { span: Span }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const between = (from: string | null, to: string | null) => {
    if (!from || !to) return null;
    const took = Date.parse(to) - Date.parse(from);
    return took > 0 ? format.duration(took) : t("case.span.once");
  };
  const parts = [
    { name: t("case.span.decided"), took: between(span.heard, span.decided) },
    { name: t("case.span.released"), took: between(span.decided, span.released) },
    { name: t("case.span.settled"), took: between(span.released, span.settled) },
  ].filter((part) => part.took !== null);
  return (
    <div className={styles.span}>
      <div className={styles.spanHead}>
        <StatusTag status={span.status} />
        <ThingLink kind="decision" id={span.decision_id}>{say(span.title)}</ThingLink>
      </div>
      <div className={styles.spanParts}>
        <span>{t("case.span.heard")}</span>
        {parts.map((part) => (
          <span key={part.name}>
            <ArrowRightOutlined aria-hidden="true" /> {part.name} <strong>{part.took}</strong>
          </span>
        ))}
      </div>
    </div>
  );
}
