// The timeline of a thing: what happened to it, oldest first, each with the way to its case.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { MomentData } from "./data.ts";
import styles from "./Timeline.module.css";

export function Timeline({ moments, here }: { moments: readonly MomentData[]; here: string }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  let day = "";
  return (
    <Panel title={t("thing.timeline")} note={t("thing.timeline.note", { count: moments.length })}>
      {moments.length === 0 ? <Empty title={t("thing.timeline.none")}>{t("thing.timeline.none.what")}</Empty> : null}
      <ol className={styles.list}>
        {moments.map((one, n) => {
          const on = format.date(one.at);
          const head = on !== day ? on : "";
          day = on;
          const [kind = "", id = ""] = split(one.about ?? "");
          return (
            <li key={`${one.at}${n}`} className={`${styles.line} ${one.trouble ? styles.trouble : ""}`}>
              {head ? <span className={styles.day}>{head}</span> : null}
              <span className={styles.when}>
                <When at={one.at} style="time" />
              </span>
              <span className={`${styles.dot} ${styles[one.kind] ?? ""}`} aria-hidden="true" />
              <span className={styles.text}>
                <span>{say(one.text)}</span>
                <span className={styles.links}>
                  {id && id !== here ? <ThingLink kind={kind} id={id}>{t(`thing.open.${kind}`)}</ThingLink> : null}
                  {one.case_id ? (
                    <Link to="/case/$id" params={{ id: one.case_id }}>
                      {t("thing.open.case")}
                    </Link>
                  ) : null}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function split(about: string): [string, string] {
  const cut = about.indexOf("/");
  return [about.slice(0, Math.max(0, cut)), about.slice(cut + 1)];
}
