// The one token file: DESIGN.md says why; antd, ECharts and the CSS variables are made from it.

/** Colours of one theme. Text colours reach 4.5:1 on every surface of theirs; lines and fills are quieter. */
export interface Palette {
  ground: string; // behind everything
  surface: string; // panels, tables
  raised: string; // drawers, menus, hovered rows
  sunken: string; // wells, code, track of a bar
  line: string;
  lineStrong: string; // borders of inputs: 3:1
  text: string;
  textSecond: string;
  textThird: string;
  accent: string;
  accentStrong: string; // hovered
  accentSoft: string; // selected rows
  onAccent: string;
  good: string;
  goodSoft: string;
  warn: string;
  warnSoft: string;
  bad: string;
  badSoft: string;
  info: string;
  infoSoft: string;
  series: readonly [string, string, string, string, string, string, string, string];
  band: string; // expected range in a plot
  shadow: string;
}

export const light: Palette = {
  ground: "#f5f6f9",
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: "#eef0f4",
  line: "#e3e6ec",
  lineStrong: "#8a92a3",
  text: "#14171f",
  textSecond: "#454c5c",
  textThird: "#5f6778",
  accent: "#3b46d4",
  accentStrong: "#2c36b8",
  accentSoft: "#eceefd",
  onAccent: "#ffffff",
  good: "#11694a",
  goodSoft: "#e2f4ec",
  warn: "#8a4b00",
  warnSoft: "#fdf0dc",
  bad: "#b3261e",
  badSoft: "#fdeae8",
  info: "#1d5f8a",
  infoSoft: "#e4f1fa",
  series: ["#3b46d4", "#0f8a6d", "#c2680a", "#9b3fb5", "#1d7fb0", "#b3364f", "#6b7a10", "#5f6778"],
  band: "#3b46d41f",
  shadow: "0 8px 28px rgba(20, 23, 31, 0.14)",
};

export const dark: Palette = {
  ground: "#0b0e15",
  surface: "#121723",
  raised: "#1a2131",
  sunken: "#0e131d",
  line: "#242d3f",
  lineStrong: "#6b778f",
  text: "#e9edf5",
  textSecond: "#b3bdce",
  textThird: "#919db2",
  accent: "#8d98ff",
  accentStrong: "#a8b1ff",
  accentSoft: "#1d2447",
  onAccent: "#0b0e15",
  good: "#5bc999",
  goodSoft: "#12302a",
  warn: "#e6ad5c",
  warnSoft: "#33260f",
  bad: "#ff8579",
  badSoft: "#3a1a1a",
  info: "#7cc0ea",
  infoSoft: "#12293a",
  series: ["#8d98ff", "#45c3a0", "#e6a04e", "#cf8ae6", "#62b8e6", "#f0839a", "#b9c95a", "#919db2"],
  band: "#8d98ff26",
  shadow: "0 10px 32px rgba(0, 0, 0, 0.55)",
};

/** Latin by the bundled Inter, Chinese by what the system has; nothing is fetched. */
export const font = {
  text: `"Inter Variable", "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif`,
  code: `ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace`,
} as const;

/** Sizes of type in px, with their line heights. */
export const type = {
  small: [12, 18],
  body: [13, 20],
  title: [15, 22],
  head: [20, 28],
  figure: [26, 32],
} as const;

/** Steps of space in px. */
export const space = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 20, 6: 24, 8: 32 } as const;
export const radius = { small: 4, base: 6, panel: 10 } as const;
/** Motion in ms: nothing takes longer. */
export const motion = { fast: 80, base: 140 } as const;
/** Widths in px: the rail, and below which width a layout gets narrow or becomes a phone's. */
export const width = { rail: 208, railNarrow: 60, narrow: 1180, phone: 720 } as const;
