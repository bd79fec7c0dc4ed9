// What lifts or lowers the coming week, in words and units; and how good the forecast has been.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import type { Sku } from "./data.ts";
import styles from "./Sku.module.css";

export function Drivers({ data }: { data: Sku }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const most = Math.max(1, ...data.drivers.map((one) => Math.abs(one.units)));
  return (
    <Panel title={t("stock.drivers")} note={t("stock.drivers.note")}>
      {data.drivers.length ? (
        <ul className={styles.bars}>
          {data.drivers.map((one) => (
            <li key={one.name} className={styles.bar}>
              <span>{say(one.text)}</span>
              <span className={styles.track} aria-hidden="true">
                <span className={`${styles.fill} ${one.units < 0 ? styles.down : ""}`} style={{ left: 0, width: `${(Math.abs(one.units) / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={t("stock.drivers.none")}>{t("stock.drivers.none.what")}</Empty>
      )}
      <p className={styles.facts}>
        {data.segment ? <span>{maybe(`stock.segment.${data.segment}`, data.segment)}</span> : null}
        {data.wape == null ? null : <span>{t("stock.drivers.wape", { share: format.percent(data.wape, 0) })}</span>}
        {data.bias == null ? null : <span>{t("stock.drivers.bias", { share: format.change(data.bias, 0) })}</span>}
        {data.added == null ? null : <span>{t("stock.drivers.added", { units: format.number(data.added, 1), days: format.number(data.added_days) })}</span>}
      </p>
    </Panel>
  );
}
