// What the columns of a table really hold: missing, different, least and greatest, most frequent, and what should not be.
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { type ColumnContract, type ColumnQuality, type Contract, useQuality } from "./api.ts";
import { plain } from "./cells.tsx";
import contractStyles from "./ContractPanel.module.css";
import styles from "./QualityPanel.module.css";

export function QualityPanel({ contract }: { contract: Contract }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const quality = useQuality(contract.name);
  if (quality.error) return <div className={contractStyles.place}><ErrorNote error={quality.error} again={() => void quality.refetch()} /></div>;
  if (!quality.data) return <div className={contractStyles.place}><Skeleton active paragraph={{ rows: 10 }} /></div>;
  if (!quality.data.rows) return <Empty title={t("data.rows.none")}>{t("data.rows.none.what")}</Empty>;
  const { rows, columns, elapsed_ms, sql } = quality.data;
  return (
    <div className={contractStyles.place}>
      <p className={styles.told}>
        {t("data.quality.told", { rows: format.number(rows), time: format.duration(elapsed_ms) })} <SqlPeek sql={sql} about={contract.name} />
      </p>
      <div className={contractStyles.scroll} tabIndex={0} role="region" aria-label={t("data.quality")}>
        <table className={contractStyles.columns}>
          <thead>
            <tr>
              {["column", "missing", "distinct", "range", "top"].map((head) => (
                <th key={head} scope="col">
                  {t(`data.quality.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.filter((one) => one.name !== "_offset").map((one) => {
              const column = contract.columns.find((other) => other.name === one.name);
              return column ? <Line key={one.name} quality={one} column={column} rows={rows} /> : null;
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Line({ quality, column, rows }: { quality: ColumnQuality; column: ColumnContract; rows: number }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { currency } = useShop();
  const share = quality.missing / rows;
  const value = (text: string | null | undefined) => (text == null ? "" : typed(text, column, currency, format));
  const single = quality.low === quality.high;
  return (
    <tr>
      <th scope="row">
        <code>{column.name}</code>
        {quality.strange ? <Tone tone="bad">{t("data.quality.strange", { count: format.number(quality.strange) })}</Tone> : null}
      </th>
      <td className={styles.missing}>
        <span className={styles.track}>
          <span className={styles.part} style={{ width: `${share * 100}%` }} />
        </span>
        {quality.missing ? small(share, 1, format) : t("data.quality.whole")}
      </td>
      <td className={styles.number}>{format.number(Math.min(quality.distinct, rows))}</td>
      <td className={styles.range}>
        {quality.low == null ? "–" : single ? value(quality.low) : `${value(quality.low)} … ${value(quality.high)}`}
        {quality.mean != null && !single ? <span className={contractStyles.unit}>{t("data.quality.mean", { mean: value(String(quality.mean)) })}</span> : null}
      </td>
      <td>
        {quality.top.map((top) => (
          <span key={top.value} className={styles.top} title={format.number(top.rows)}>
            <span className={styles.word}>{value(top.value) || t("data.cell.empty")}</span>
            <span className={styles.share}>{small(top.rows / rows, 0, format)}</span>
          </span>
        ))}
      </td>
    </tr>
  );
}

/** A share that is not nothing never reads as nothing. */
function small(share: number, digits: number, format: ReturnType<typeof useFormat>): string {
  const least = 10 ** -(2 + digits);
  return share < least ? `<${format.percent(least, digits)}` : format.percent(share, digits);
}

/** A value that SQL wrote as text, shown as its column's. */
function typed(text: string, column: ColumnContract, currency: string, format: ReturnType<typeof useFormat>): string {
  if (column.form === "number" || column.form === "money") return plain(column.form === "money" ? Math.round(Number(text)) : Number(text), column, currency, format);
  if (column.form === "instant") return format.when(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  return text;
}
