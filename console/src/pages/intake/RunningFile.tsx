// A file that is being taken in: which step, how fast, what is left; to be stopped, and to be left alone meanwhile.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import type { ReactNode } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { IMPORTS, type ImportView } from "./api.ts";
import styles from "./RunningFile.module.css";

export function RunningFile({ one }: { one: ImportView }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const client = useQueryClient();
  const progress = one.progress;
  const stop = useMutation({
    mutationFn: () => post<ImportView>(`/imports/${one.id}/stop`),
    onSuccess: () => void client.invalidateQueries({ queryKey: IMPORTS }),
  });
  const phase = progress?.phase ?? "waiting";
  const percent = Math.round((progress?.share ?? 0) * 100);
  const facts: readonly [string, string][] = [
    [t("intake.progress.done"), progress ? (progress.of ? t("intake.progress.of", { done: format.number(progress.done), of: format.number(progress.of) }) : format.number(progress.done)) : "–"],
    [t("intake.progress.rate"), progress?.rows_per_second ? t("intake.progress.per_second", { rows: format.number(Math.round(progress.rows_per_second)) }) : "–"],
    [t("intake.progress.kept"), format.number(progress?.kept ?? 0)],
    [t("intake.progress.quarantined"), format.number(progress?.quarantined ?? 0)],
    [t("intake.progress.left"), progress?.left_s == null ? "–" : format.duration(progress.left_s * 1000)],
  ];
  return (
    <div className={styles.running} aria-live="polite">
      <ol className={styles.phases}>
        {(["waiting", "reading", "loading"] as const).map((name) => (
          <li key={name} className={name === phase ? styles.now : undefined} aria-current={name === phase ? "step" : undefined}>
            {t(`intake.phase.${name}`)}
          </li>
        ))}
      </ol>
      <Progress percent={percent} status="active" aria-label={t("intake.progress.label")} />
      {one.ahead ? <p className={styles.ahead}>{t("intake.ahead", { count: one.ahead })}</p> : null}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.about}>{t("intake.progress.about")}</p>
      {stop.error ? <ErrorNote error={stop.error} /> : null}
      <Button loading={stop.isPending} onClick={() => stop.mutate()}>
        {t("intake.stop")}
      </Button>
    </div>
  );
}
