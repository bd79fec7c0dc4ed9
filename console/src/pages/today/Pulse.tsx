// Orders and their value today against yesterday and against what is usual.
import { Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import { DayPlot } from "./DayPlot.tsx";
import styles from "./Pulse.module.css";
import { type Measure, pulseDay } from "./pulseDay.ts";

export function Pulse({ data }: { data: TodayData | undefined }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const [measure, setMeasure] = useState<Measure>("orders");
  const day = useMemo(() => (data ? pulseDay(data, measure) : null), [data, measure]);
  const currency = data?.currency ?? "";
  const spoken = useMemo(() => {
    const money = (amount: number | null | undefined, style: "whole" | "compact") => format.money(amount == null ? null : { amount, currency }, style);
    return measure === "gmv"
      ? { short: (value: number) => money(value, "compact"), full: (value: number | null | undefined) => money(value, "whole") }
      : { short: (value: number) => format.number(value), full: (value: number | null | undefined) => format.number(value, Number.isInteger(value) ? 0 : 1) };
  }, [measure, currency, format]);
  return (
    <Panel
      title={t(`today.pulse.${measure}`)}
      note={data ? t("today.pulse.note", { minutes: data.pulse.slot_minutes }) : undefined}
      actions={
        <>
          <Segmented<Measure>
            size="small"
            value={measure}
            onChange={setMeasure}
            options={[
              { label: t("today.figure.orders"), value: "orders" },
              { label: t("today.figure.gmv"), value: "gmv" },
            ]}
          />
          {data ? <SqlPeek sql={data.pulse.sql} about={t(`today.pulse.${measure}`)} /> : null}
        </>
      }
    >
      <ul className={styles.legend}>
        <li>
          <i className={styles.today} />
          {t("today.pulse.today")}
        </li>
        <li>
          <i className={styles.yesterday} />
          {t("today.pulse.yesterday")}
        </li>
        <li>
          <i className={styles.usual} />
          {data && !data.pulse.expected ? t("today.pulse.learning") : t("today.pulse.usual")}
        </li>
        {data?.pulse.marks.length ? (
          <li>
            <i className={styles.alert} />
            {t("today.pulse.alert")}
          </li>
        ) : null}
      </ul>
      <div className={styles.place}>
        {day ? <DayPlot day={day} label={t(`today.pulse.${measure}`)} whole={measure === "orders"} short={spoken.short} full={spoken.full} time={format.time} /> : null}
      </div>
    </Panel>
  );
}
