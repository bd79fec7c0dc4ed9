// The figures of a table in one strip: rows, last row, arrival, lag against what is usual, rows a day.
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Contract, type TableFreshness, useFreshness } from "./api.ts";
import { DayBars } from "./DayBars.tsx";
import { FreshState, useWhy } from "./FreshState.tsx";
import styles from "./FreshnessStrip.module.css";

export function FreshnessStrip({ contract }: { contract: Contract }): ReactNode {
  const fresh = useFreshness(contract.name);
  if (fresh.error) return <ErrorNote error={fresh.error} again={() => void fresh.refetch()} />;
  return <div className={styles.strip}>{fresh.data ? <Figures fresh={fresh.data} view={contract.noun === "view"} /> : <Skeleton active title={false} paragraph={{ rows: 2, width: ["70%", "55%"] }} />}</div>;
}

function Figures({ fresh, view }: { fresh: TableFreshness; view: boolean }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const why = useWhy(fresh);
  return (
    <>
      <Part label={t("data.fresh.state")} note={why}>
        <FreshState fresh={fresh} />
      </Part>
      {view ? null : (
        <Part
          label={t("data.fresh.rows")}
          note={t("data.fresh.rows.what", { hot: format.number(fresh.hot), cold: format.number(fresh.cold + fresh.replaced) })}
        >
          {format.number(fresh.rows)}
        </Part>
      )}
      {fresh.days.length > 1 ? (
        <Part label={t("data.fresh.days")}>
          <DayBars days={fresh.days} />
        </Part>
      ) : null}
      <Part label={fresh.time_column ? t("data.fresh.last", { column: fresh.time_column }) : t("data.fresh.last.plain")}>
        <When at={fresh.last_at} />
      </Part>
      <Part label={t("data.fresh.arrived")} note={t("data.fresh.arrived.what")}>
        <When at={fresh.arrived_at} />
      </Part>
      <Part label={t("data.fresh.lag")}>
        {fresh.lag_s == null ? "–" : format.duration(fresh.lag_s * 1000)}
      </Part>
    </>
  );
}

function Part({ label, note, children }: { label: string; note?: string; children: ReactNode }): ReactNode {
  return (
    <div className={styles.part}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>{children}</span>
      {note ? <span className={styles.note}>{note}</span> : null}
    </div>
  );
}
