// A case: one timeline from cause to outcome over all links, how long each step took, and what else it touches.
import { useParams } from "@tanstack/react-router";
import { Button, Checkbox, Skeleton } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useRefresh } from "@/live/useRefresh.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, useStory } from "./data.ts";
import styles from "./Case.module.css";
import { useLanes } from "./lanes.ts";
import { Related } from "./Related.tsx";
import { Spans } from "./Spans.tsx";
import { Timeline } from "./Timeline.tsx";

const KINDS: Readonly<Record<string, string>> = { order_id: "order", customer_id: "customer", product_id: "product", parcel_id: "parcel" };
const NAMED = 6;

export default function Case(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { t, say } = useWords();
  const format = useFormat();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useStory(id);
  const [facts, setFacts] = useState(true);
  useRefresh([AREA, "story", id], ["decisions", "action_settled", "message_received"], 3000);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const pages = data?.pages ?? [];
  const story = pages[0];
  const steps = useMemo(() => {
    const all = pages.flatMap((page) => page.steps);
    return facts ? all : all.filter((step) => step.kind !== "fact" && step.kind !== "count" && step.kind !== "asked");
  }, [data, facts]);
  const lanes = useLanes([...new Set(pages.flatMap((page) => page.lanes))]);
  if (error) return <ErrorNote error={error} again={() => void refetch()} />;
  if (!story) return <Skeleton active paragraph={{ rows: 14 }} />;
  const things = Object.entries(story.about).filter(([field]) => field in KINDS);
  const took = format.duration(Math.max(0, Date.parse(story.ended) - Date.parse(story.started)));
  return (
    <div className={styles.page}>
      <PageHead
        title={say(story.title)}
        about={t("case.about", { started: format.when(story.started), took, entries: format.number(story.entries, 0), decisions: story.spans.length })}
        actions={
          <>
            <Checkbox checked={facts} onChange={(event) => setFacts(event.target.checked)}>{t("case.facts")}</Checkbox>
            <Button onClick={() => save(id, pages)}>{t("case.export")}</Button>
          </>
        }
      >
        {things.length ? (
          <p className={styles.things}>
            {things.map(([field, values]) => (
              <span key={field}>
                <span className={styles.quiet}>{t(`case.thing.${KINDS[field] ?? field}`)}</span>{" "}
                {values.slice(0, NAMED).map((value, n) => (
                  <span key={value}>
                    {n ? ", " : ""}
                    <ThingLink kind={KINDS[field] ?? ""} id={value} />
                  </span>
                ))}
                {values.length > NAMED ? ` +${values.length - NAMED}` : ""}
              </span>
            ))}
          </p>
        ) : null}
      </PageHead>
      <div className={styles.columns}>
        <Panel title={t("case.timeline")} flush className={styles.main} note={isFetchingNextPage ? t("case.loading") : undefined}>
          <Timeline steps={steps} lanes={lanes} />
        </Panel>
        <aside className={styles.side}>
          <Panel title={t("case.decisions")} note={story.at_risk.map((money) => format.money(money)).join(" + ")}>
            {story.spans.length ? <Spans spans={story.spans} /> : <p className={styles.quiet}>{t("case.decisions.none")}</p>}
          </Panel>
          <Panel title={t("case.related")}><Related id={id} /></Panel>
        </aside>
      </div>
    </div>
  );
}

function save(id: string, pages: readonly unknown[]): void {
  const blob = new Blob([JSON.stringify(pages, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `case-${id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
