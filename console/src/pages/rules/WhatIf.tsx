// What if: the draft on a past period: how many decisions, how much money, and each one that would have been different.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Progress, Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useNow } from "@/app/shop.ts";
import { dayBegins } from "@/format/days.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { rules, type Sheet, type WhatIf as Job } from "./api.ts";
import type { Speaker } from "./speaking.ts";
import styles from "./WhatIf.module.css";
import { WhatIfResult } from "./WhatIfResult.tsx";

const HOUR = 3_600_000;
const FIRST = "1970-01-01"; // a year of which only a few digits are written yet lies before it
const SPANS = { day: 24 * HOUR, three: 72 * HOUR, week: 168 * HOUR, month: 720 * HOUR, all: 0 } as const;
type SpanName = keyof typeof SPANS | "own";

export interface WhatIfProps {
  readonly name: string;
  readonly sheet: Sheet;
  readonly version: string;
  readonly ready: boolean;
  /** Whether it is ready is not known yet. */
  readonly checking: boolean;
  readonly currency: string;
  readonly speaker: Speaker;
  readonly readOnly: boolean;
}

/** The latest what-if of a table, followed while it runs. */
export function useWhatIf(name: string): { readonly job: Job | undefined; readonly error: unknown } {
  const list = useQuery({ queryKey: ["rules", name, "what-ifs"], queryFn: () => rules.whatIfs(name), refetchInterval: 10_000 });
  const id = list.data?.[0]?.id;
  const one = useQuery({
    queryKey: ["rules", name, "what-if", id],
    queryFn: () => rules.whatIf(name, id ?? ""),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data && ["waiting", "running"].includes(query.state.data.state) ? 400 : false),
  });
  return { job: id ? one.data : undefined, error: list.error ?? one.error };
}

export function WhatIf({ name, sheet, version, ready, checking, currency, speaker, readOnly }: WhatIfProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  const { job, error } = useWhatIf(name);
  const [span, setSpan] = useState<SpanName>("day");
  const [days, setDays] = useState({ from: "", to: "" });
  const [problem, setProblem] = useState<unknown>(null);
  const minute = Math.floor(now.getTime() / 60_000);
  const period = useMemo(() => {
    if (span === "own") return { start: days.from >= FIRST ? dayBegins(days.from, format.zone) : undefined, end: days.to >= FIRST ? dayBegins(days.to, format.zone, 1) : undefined };
    return { start: span === "all" ? undefined : new Date(minute * 60_000 - SPANS[span]).toISOString(), end: undefined };
  }, [span, days, format.zone, span === "own" ? 0 : Math.floor(minute / 10)]);
  const size = useQuery({ queryKey: ["rules", name, "period", period], queryFn: () => rules.period(name, period.start, period.end), placeholderData: (old) => old });
  const busy = job !== undefined && (job.state === "waiting" || job.state === "running");
  const start = async () => {
    try {
      setProblem(null);
      await rules.startWhatIf(name, sheet, period.start, period.end);
      await client.invalidateQueries({ queryKey: ["rules", name, "what-ifs"] });
    } catch (found) {
      setProblem(found);
    }
  };
  const stop = async () => {
    if (job) await rules.cancelWhatIf(name, job.id).catch(setProblem);
    await client.invalidateQueries({ queryKey: ["rules", name, "what-if"] });
  };
  const spans = (["day", "three", "week", "month", "all", "own"] as const).map((value) => ({ value, label: t(`rules.span.${value}`) }));
  return (
    <div className={styles.whatIf} aria-busy={checking}>
      <div className={styles.bar}>
        <Segmented<SpanName> value={span} options={spans} onChange={setSpan} aria-label={t("rules.span")} />
        {span === "own" ? (
          <span className={styles.days}>
            <input type="date" max="9999-12-31" aria-label={t("rules.span.from")} value={days.from} onChange={(event) => setDays({ ...days, from: event.target.value })} />–
            <input type="date" max="9999-12-31" aria-label={t("rules.span.to")} value={days.to} onChange={(event) => setDays({ ...days, to: event.target.value })} />
          </span>
        ) : null}
        <span className={styles.size}>{size.data ? t("rules.span.size", { events: format.number(size.data.events, 0), time: format.duration(Math.max(1000, size.data.seconds * 1000)) }) : "…"}</span>
        {busy ? (
          <Button onClick={() => void stop()}>{t("ui.cancel")}</Button>
        ) : (
          <Button type="primary" ghost disabled={!ready || readOnly || size.data?.events === 0} onClick={() => void start()}>
            {t("rules.whatif.run")}
          </Button>
        )}
      </div>
      {!ready && !checking ? <p className={styles.quiet}>{t("rules.whatif.not_ready")}</p> : null}
      <ErrorNote error={problem ?? error} />
      {busy && job ? (
        <div className={styles.progress} role="status">
          <Progress percent={job.events ? Math.round((job.done / job.events) * 100) : 0} status="active" />
          <p className={styles.quiet}>
            {job.state === "waiting"
              ? t("rules.whatif.waiting")
              : t("rules.whatif.running", { done: format.number(job.done, 0), events: format.number(job.events, 0), left: job.left_s == null ? "…" : format.duration(job.left_s * 1000) })}
          </p>
        </div>
      ) : null}
      {job && !busy ? (
        <div className={styles.head}>
          {job.version === version ? <Tone tone="good">{t("rules.whatif.current")}</Tone> : <Tone tone="warn">{t("rules.whatif.older")}</Tone>}
          <span className={styles.quiet}>
            {job.start ? <When at={job.start} /> : t("rules.span.begin")} – {job.end ? <When at={job.end} /> : t("rules.span.now")} · {t("rules.whatif.took", { events: format.number(job.events, 0), time: format.duration(job.took_s * 1000), who: job.by })}
          </span>
        </div>
      ) : null}
      {job?.state === "failed" ? <p className={styles.bad}>{t("rules.whatif.failed")}: {job.problem?.en}</p> : null}
      {job?.state === "cancelled" ? <p className={styles.quiet}>{t("rules.whatif.cancelled")}</p> : null}
      {job?.result ? <WhatIfResult result={job.result} currency={currency} speaker={speaker} /> : null}
      {!job ? <p className={styles.quiet}>{t("rules.whatif.about")}</p> : null}
    </div>
  );
}
