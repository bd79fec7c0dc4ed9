// How each payment provider does: the share that succeeded today and in the last hour against what is usual.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Money } from "@/ui/Money.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import styles from "./Providers.module.css";

const LOW = 0.8; // the scale begins here: the difference between 95 % and 98 % is what matters

export function Providers({ data }: { data: TodayData | undefined }): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  return (
    <Panel title={t("today.providers")} note={t("today.providers.note")} actions={data ? <SqlPeek sql={data.providers_sql} about={t("today.providers")} /> : null}>
      {data && data.providers.length === 0 ? (
        <Empty title={t("today.providers.none")}>{t("today.providers.none.what")}</Empty>
      ) : (
        <ul className={styles.list}>
          {data?.providers.map((one) => {
            const share = one.tried ? one.succeeded / one.tried : 0;
            const hour = one.tried_hour ? one.succeeded_hour / one.tried_hour : null;
            const low = one.usual != null && one.tried_hour >= 5 && hour != null && hour < one.usual - 0.08;
            return (
              <li key={one.provider} className={styles.provider}>
                <p className={styles.row}>
                  <span className={styles.name}>{maybe(`today.provider.${one.provider}`, one.provider)}</span>
                  {low ? <Tone tone="bad">{t("today.providers.low")}</Tone> : null}
                  <span className={styles.share}>{format.percent(share, 1)}</span>
                </p>
                <div
                  className={styles.track}
                  role="meter"
                  aria-label={t("today.providers.meter", { provider: one.provider })}
                  aria-valuemin={0}
                  aria-valuemax={100}
                  aria-valuenow={Math.round(share * 100)}
                >
                  <div className={`${styles.fill} ${low ? styles.bad : ""}`} style={{ width: `${scaled(share)}%` }} />
                  {one.usual != null ? <i className={styles.usual} style={{ left: `${scaled(one.usual)}%` }} title={t("today.providers.usual", { rate: format.percent(one.usual, 1) })} /> : null}
                </div>
                <p className={styles.more}>
                  <span>{t("today.providers.tried", { done: one.succeeded, tried: one.tried })}</span>
                  <span>{hour == null ? t("today.providers.quiet") : t("today.providers.hour", { rate: format.percent(hour, 0), tried: one.tried_hour })}</span>
                  {one.lost ? (
                    <span>
                      {t("today.providers.lost")} <Money value={{ amount: one.lost, currency: data.currency }} style="whole" />
                    </span>
                  ) : null}
                </p>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

function scaled(share: number): number {
  return Math.max(2, ((share - LOW) / (1 - LOW)) * 100);
}
