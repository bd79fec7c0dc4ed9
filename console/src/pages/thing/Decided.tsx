// Decisions about a thing, the latest first, each with its status and its case.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { AboutData } from "./data.ts";
import styles from "./Thing.module.css";

export function Decided({ decisions }: { decisions: readonly AboutData[] }): ReactNode {
  const { t, say } = useWords();
  return (
    <Panel title={t("thing.decisions")} note={decisions.length ? t("thing.count", { count: decisions.length }) : undefined} flush>
      {decisions.length === 0 ? <Empty title={t("thing.decisions.none")}>{t("thing.decisions.none.what")}</Empty> : null}
      <ul>
        {decisions.map((one) => (
          <li key={one.id} className={styles.decision}>
            <p className={styles.decided}>
              <Link to="/decisions" search={{ id: one.id }}>
                {say(one.text)}
              </Link>
            </p>
            <StatusTag status={one.status} />
            <p className={styles.why}>{say(one.reason)}</p>
            <p className={styles.meta}>
              <When at={one.at} />
              {one.at_risk.amount ? (
                <span>
                  {t("thing.at_risk")} <Money value={one.at_risk} />
                </span>
              ) : null}
              {one.by ? <span>{t("thing.by", { name: one.by })}</span> : null}
              {one.case_id ? (
                <Link to="/case/$id" params={{ id: one.case_id }}>
                  {t("thing.open.case")}
                </Link>
              ) : null}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
