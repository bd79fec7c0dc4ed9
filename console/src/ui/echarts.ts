// The parts of ECharts that the console draws with; one chunk, loaded with the first chart.
import { BarChart, CustomChart, EffectScatterChart, HeatmapChart, LineChart, LinesChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as core from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { chartTheme } from "@/theme/chart.ts";

core.use([
  AriaComponent, BarChart, CanvasRenderer, CustomChart, DatasetComponent, DataZoomComponent, EffectScatterChart, GridComponent,
  HeatmapChart, LegendComponent, LineChart, LinesChart, MarkAreaComponent, MarkLineComponent, MarkPointComponent, PieChart,
  ScatterChart, TooltipComponent, VisualMapComponent,
]);
core.registerTheme("light", chartTheme("light"));
core.registerTheme("dark", chartTheme("dark"));

/** A chart in an element, in one of our two themes. */
export function init(place: HTMLElement, theme: "light" | "dark"): core.ECharts {
  return core.init(place, theme, { renderer: "canvas" });
}
