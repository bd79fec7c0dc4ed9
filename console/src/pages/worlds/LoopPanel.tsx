// The loop in figures: how many events a second, how fast they are decided and durable, and what waits.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { useWords } from "@/words/index.ts";
import { useLoop } from "./connectorData.ts";
import styles from "./Connectors.module.css";

const PROMISED_MS = 300;
const LAGGING = 50_000;

export function LoopPanel(): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { data, error } = useLoop();
  const number = (value: number | null | undefined, digits = 0) => (data ? (value == null ? t("connectors.loop.counting") : format.number(value, digits)) : undefined);
  const length = (value: number | null | undefined) => (data ? (value == null ? "–" : format.duration(value)) : undefined);
  return (
    <section className={styles.loop} aria-label={t("connectors.loop")} aria-busy={!data && !error} data-volatile>
      <ErrorNote error={error} />
      <Figure label={t("connectors.loop.events")} value={number(data?.events_per_s)} unit={data?.events_per_s == null ? undefined : t("connectors.loop.per_s")} time={t("connectors.loop.last10")} />
      <Figure label={t("connectors.loop.p50")} value={length(data?.p50_ms)} time={t("connectors.loop.over", { count: format.number(data?.timed ?? 0) })} />
      <Figure label={t("connectors.loop.p99")} value={length(data?.p99_ms)} tone={(data?.p99_ms ?? 0) > PROMISED_MS ? "warn" : "plain"} time={t("connectors.loop.promised", { time: format.duration(PROMISED_MS) })} />
      <Figure label={t("connectors.loop.queue")} value={number(data?.queued)} time={data?.busy == null ? t("connectors.loop.waits") : t("connectors.loop.busy", { share: format.percent(data.busy, 0) })} />
      <Figure label={t("connectors.loop.lake")} value={number(data?.lake_lag)} tone={(data?.lake_lag ?? 0) > LAGGING ? "warn" : "plain"} time={t("connectors.loop.lake.what")} />
      <Figure label={t("connectors.loop.outbox")} value={number(data?.outbox_open)} tone={data?.outbox_unclear ? "warn" : "plain"} time={t("connectors.loop.outbox.what", { unclear: format.number(data?.outbox_unclear ?? 0) })} />
    </section>
  );
}
