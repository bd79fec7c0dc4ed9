// A chart: ECharts, loaded when the first one is shown, in the page's theme and size.
import { type ReactNode, useEffect, useRef } from "react";
import type { EChartsCoreOption, ECharts } from "echarts/core";
import { usePreferences } from "@/app/preferences.ts";
import styles from "./Chart.module.css";

export interface ChartProps {
  readonly option: EChartsCoreOption;
  /** What the chart shows, in words: for who cannot see it. */
  readonly label: string;
  readonly height: number | string;
  readonly onClick?: (params: unknown) => void;
  /** Gets the chart once it is there: to save a picture of it. */
  readonly onReady?: (chart: ECharts) => void;
}

export function Chart({ option, label, height, onClick, onReady }: ChartProps): ReactNode {
  const { shown } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const latest = useRef({ option, onClick, onReady });
  latest.current = { option, onClick, onReady };

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | null = null;
    void import("./echarts.ts").then(({ init }) => {
      if (gone || !place.current) return;
      const made = init(place.current, shown);
      chart.current = made;
      made.setOption(latest.current.option);
      made.on("click", (params) => latest.current.onClick?.(params));
      latest.current.onReady?.(made);
      observer = new ResizeObserver(() => made.resize());
      observer.observe(place.current);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, [shown]);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: false, lazyUpdate: true, replaceMerge: ["series"] });
  }, [option]);

  return <div ref={place} className={styles.chart} style={{ height }} role="img" aria-label={label} />;
}
