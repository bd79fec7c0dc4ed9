// Orders and their value today against yesterday and against what is usual.
import { useNavigate } from "@tanstack/react-router";
import { Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { usePreferences } from "@/app/preferences.ts";
import { useFormat } from "@/format/useFormat.ts";
import { dark, light } from "@/theme/tokens.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useWords } from "@/words/index.ts";
import type { TodayData } from "./data.ts";
import { type Measure, pulseOption } from "./pulseOption.ts";
import styles from "./Pulse.module.css";

export function Pulse({ data }: { data: TodayData | undefined }): ReactNode {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const { shown } = usePreferences();
  const go = useNavigate();
  const [measure, setMeasure] = useState<Measure>("orders");
  const palette = shown === "dark" ? dark : light;
  const option = useMemo(() => (data ? pulseOption({ data, measure, palette, format, words }) : null), [data, measure, palette, format, words]);
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
        {option ? (
          <Chart
            option={option}
            height={248}
            label={t(`today.pulse.${measure}`)}
            onClick={(given) => {
              const found = (given as { data?: { case_id?: string } }).data?.case_id;
              if (found) void go({ to: "/case/$id", params: { id: found } });
            }}
          />
        ) : null}
      </div>
    </Panel>
  );
}
