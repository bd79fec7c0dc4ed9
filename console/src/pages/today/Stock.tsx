// Stock that ends first: how many days it lasts, and whether something comes before that.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import styles from "./Stock.module.css";

const ROOM_DAYS = 14; // the bar's full length

export function Stock({ data }: { data: TodayData | undefined }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <Panel title={t("today.stock")} note={t("today.stock.note")} actions={data ? <SqlPeek sql={data.stock_sql} about={t("today.stock")} /> : null} flush>
      {data && data.stock.length === 0 ? (
        <Empty title={t("today.stock.none")}>{t("today.stock.none.what")}</Empty>
      ) : (
        <ul className={styles.list}>
          {data?.stock.slice(0, 9).map((one) => {
            const tone = one.days_of_cover < 1 ? styles.bad : one.days_of_cover < 4 ? styles.warn : "";
            const late = one.arrives_at != null && one.arrives_at > one.ends_at;
            return (
              <li key={`${one.product_id}/${one.place}`} className={styles.line}>
                <span className={styles.what}>
                  <ThingLink kind="product" id={one.product_id}>
                    {one.title || one.product_id}
                  </ThingLink>
                  <span className={styles.more}>
                    {one.place} · {t("today.stock.left", { count: format.number(one.on_hand), pace: format.number(one.units_per_day, 1) })}
                  </span>
                </span>
                <span className={styles.cover}>
                  <span className={styles.days}>{one.on_hand <= 0 ? t("today.stock.out") : t("today.stock.days", { days: format.number(one.days_of_cover, 1) })}</span>
                  <span className={styles.track} aria-hidden="true">
                    <span className={`${styles.fill} ${tone}`} style={{ width: `${Math.min(100, (one.days_of_cover / ROOM_DAYS) * 100)}%` }} />
                  </span>
                </span>
                <span className={styles.next}>
                  {one.decision_id ? (
                    <ThingLink kind="decision" id={one.decision_id}>
                      {t("today.stock.waits")}
                    </ThingLink>
                  ) : one.arrives_at ? (
                    <>
                      {late ? <Tone tone="warn">{t("today.stock.late")}</Tone> : null}
                      <span className={styles.more}>
                        +{format.number(one.arriving)} · <When at={one.arrives_at} style="date" />
                      </span>
                    </>
                  ) : (
                    <span className={styles.more}>{t("today.stock.nothing")}</span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
