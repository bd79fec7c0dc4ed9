// The parts of ECharts that the console draws with, and no others: one chunk, loaded with the first chart.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import * as core from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { chartTheme } from "@/theme/chart.ts";

core.use([
  BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  ScatterChart, TooltipComponent,
]);
core.registerTheme("light", chartTheme("light"));
core.registerTheme("dark", chartTheme("dark"));

/** A chart in an element, in one of our two themes. */
export function init(place: HTMLElement, theme: "light" | "dark"): core.ECharts {
  return core.init(place, theme, { renderer: "canvas" });
}
