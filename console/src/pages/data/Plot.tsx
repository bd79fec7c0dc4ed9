// The plot of a result: guessed from its columns, changed by a person, saved as a picture.
import { PictureOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import type { ECharts } from "echarts/core";
import { type ReactNode, useId, useMemo, useRef } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { usePalette } from "@/theme/usePalette.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { useWords } from "@/words/index.ts";
import type { ChartChoice, ColumnContract, Values } from "./api.ts";
import { shownColumns } from "./cells.tsx";
import { save } from "./download.ts";
import { chosen, guess, leftOut, measures, plotOption } from "./plot.ts";
import styles from "./Plot.module.css";

const KINDS = ["line", "area", "bar", "scatter"] as const;

export interface PlotProps {
  readonly columns: readonly ColumnContract[];
  readonly rows: readonly Values[];
  readonly choice: ChartChoice;
  readonly onChoice: (choice: ChartChoice) => void;
  readonly name: string;
}

export function Plot({ columns, rows, choice, onChoice, name }: PlotProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const palette = usePalette();
  const id = useId();
  const chart = useRef<ECharts | null>(null);
  const drawn = useMemo(() => chosen(choice, columns, rows), [choice, columns, rows]);
  const option = useMemo(() => (drawn.kind === "none" ? null : plotOption(drawn, columns, rows, format)), [drawn, columns, rows, format]);
  const numbers = measures(columns);
  if (!rows.length || !numbers.length) return <Empty title={t("data.plot.none")}>{t("data.plot.none.what")}</Empty>;
  const set = (parts: Partial<ChartChoice>) => {
    const base = drawn.kind === "none" ? { ...guess(columns, rows), kind: "bar" as const } : drawn;
    onChoice({ kind: base.kind, x: base.x || (columns[0]?.name ?? ""), y: base.y.length ? [...base.y] : [numbers[0]?.name ?? ""], split: base.split, ...parts });
  };
  const names = shownColumns(columns).map((one) => ({ value: one.name, label: one.name }));
  const left = leftOut(drawn, rows);
  const picture = () => {
    const url = chart.current?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: palette.surface });
    if (!url) return;
    const bytes = Uint8Array.from(atob(url.split(",")[1] ?? ""), (sign) => sign.charCodeAt(0));
    save(new Blob([bytes], { type: "image/png" }), `${name || "plot"}.png`);
  };
  return (
    <div className={styles.place}>
      <div className={styles.tools}>
        <Choice id={`${id}-kind`} label={t("data.plot.kind")}>
          <Select id={`${id}-kind`} size="small" value={drawn.kind === "none" ? undefined : drawn.kind} placeholder="–" style={{ width: 92 }} onChange={(kind: (typeof KINDS)[number]) => set({ kind })} options={KINDS.map((kind) => ({ value: kind, label: t(`data.plot.${kind}`) }))} />
        </Choice>
        <Choice id={`${id}-x`} label={t("data.plot.x")}>
          <Select id={`${id}-x`} size="small" showSearch value={drawn.x || undefined} style={{ width: 132 }} onChange={(x: string) => set({ x })} options={names} />
        </Choice>
        <Choice id={`${id}-y`} label={t("data.plot.y")}>
          <Select id={`${id}-y`} size="small" mode="multiple" maxTagCount="responsive" value={[...drawn.y]} style={{ width: 164 }} onChange={(y: string[]) => set({ y: y.slice(0, 12) })} options={numbers.map((one) => ({ value: one.name, label: one.name }))} />
        </Choice>
        <Choice id={`${id}-split`} label={t("data.plot.split")}>
          <Select id={`${id}-split`} size="small" allowClear value={drawn.split || undefined} placeholder="–" style={{ width: 116 }} onChange={(split?: string) => set({ split: split ?? "" })} options={names} />
        </Choice>
        <Button size="small" icon={<PictureOutlined />} onClick={picture} disabled={!option} className={styles.picture}>
          {t("data.plot.picture")}
        </Button>
      </div>
      {option ? (
        <Chart key={`${drawn.kind}${drawn.x}${drawn.split}${drawn.y.join()}`} option={option} height="100%" label={t("data.plot.label", { kind: t(`data.plot.${drawn.kind}`), y: drawn.y.join(", "), x: drawn.x })} onReady={(made) => (chart.current = made)} />
      ) : (
        <Empty title={t("data.plot.choose")}>{t("data.plot.choose.what")}</Empty>
      )}
      {left ? <p className={styles.left}>{t("data.plot.left", { count: format.number(left) })}</p> : null}
    </div>
  );
}

function Choice({ id, label, children }: { id: string; label: string; children: ReactNode }): ReactNode {
  return (
    <span className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      {children}
    </span>
  );
}
