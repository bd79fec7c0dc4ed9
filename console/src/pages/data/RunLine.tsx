// One line beside the run button: how long, how far, how many rows, and whether that is all.
import { Progress } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Ran, Running } from "./useRun.ts";
import styles from "./Sql.module.css";

export function RunLine({ running, ran }: { running: Running | null; ran: Ran | null }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const elapsed = useElapsed(running);
  if (running) {
    return (
      <span className={styles.line} role="status">
        {t(running.stopping ? "data.run.stopping" : "data.run.running", { time: format.duration(elapsed) })}
        {running.progress === null ? null : <Progress percent={Math.round(running.progress * 100)} size="small" style={{ width: 140, margin: 0 }} aria-label={t("data.run.progress")} />}
      </span>
    );
  }
  const result = ran?.result;
  if (!result) return <span className={styles.line}>{t("data.run.bounds")}</span>;
  const count = format.number(result.rows.length);
  return (
    <span className={styles.line} role="status">
      {t("data.run.done", { count, time: format.duration(result.elapsed_ms) })}
      {result.cut ? (
        <span title={t("data.run.cut.what")}>
          <Tone tone="warn">{t(result.cut === "rows" ? "data.run.cut.rows" : "data.run.cut.bytes", { count })}</Tone>
        </span>
      ) : null}
    </span>
  );
}

function useElapsed(running: Running | null): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!running) return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [running?.id]);
  return running ? Math.max(0, now - running.since) : 0;
}
