// Happening now: what the shop hears and decides, as sentences, each one click from its story.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type HappeningData, useHappening } from "./data.ts";
import styles from "./Happening.module.css";

export function Happening(): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useHappening();
  return (
    <Panel
      title={t("today.happening")}
      note={t("today.happening.note")}
      actions={
        <Link to="/cases" className={styles.all}>
          {t("today.happening.all")}
        </Link>
      }
      flush
    >
      {error ? <ErrorNote error={error} again={() => void refetch()} /> : null}
      {data && data.length === 0 ? (
        <Empty title={t("today.happening.none")}>{t("today.happening.none.what")}</Empty>
      ) : (
        <ol className={styles.list} tabIndex={0} aria-label={t("today.happening")}>
          {data?.map((one) => (
            <li key={one.offset} className={styles.line}>
              <span className={styles.when}>
                <When at={one.at} style="time" />
              </span>
              <span className={`${styles.dot} ${styles[one.what] ?? ""}`} aria-hidden="true" />
              <span className={styles.text}>
                <Told one={one} />
              </span>
              {one.what === "decided" ? <StatusTag status={one.status ?? ""} /> : one.what === "alert" ? <Tone tone={one.status === "open" ? "warn" : "plain"}>{t(`today.alert.${one.status}`)}</Tone> : null}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Told({ one }: { one: HappeningData }): ReactNode {
  const { say } = useWords();
  const text = say(one.text);
  if (one.case_id) return <Link to="/case/$id" params={{ id: one.case_id }}>{text}</Link>;
  return <>{text}</>;
}
