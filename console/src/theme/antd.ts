// The tokens as an antd theme.
import { theme, type ThemeConfig } from "antd";
import { dark, font, light, radius } from "./tokens.ts";

/** antd's theme for one of our two. */
export function antdTheme(name: "light" | "dark"): ThemeConfig {
  const palette = name === "dark" ? dark : light;
  return {
    algorithm: name === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    cssVar: { key: "ll" },
    token: {
      colorPrimary: palette.accent,
      colorInfo: palette.accent,
      colorLink: palette.accent,
      colorSuccess: palette.good,
      colorWarning: palette.warn,
      colorError: palette.bad,
      colorText: palette.text,
      colorTextSecondary: palette.textSecond,
      colorTextTertiary: palette.textThird,
      colorTextDescription: palette.textThird,
      colorTextPlaceholder: palette.textThird,
      colorTextLightSolid: palette.onAccent,
      colorBgBase: palette.surface,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBgLayout: palette.ground,
      colorBorder: palette.lineStrong,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      fontFamily: font.text,
      fontFamilyCode: font.code,
      fontSize: 13,
      controlHeight: 32,
      borderRadius: radius.base,
      borderRadiusLG: radius.panel,
      borderRadiusSM: radius.small,
      boxShadowSecondary: palette.shadow,
      // While a dialog moves in, its motion draws nothing anew: letters that are typed then would be taken back.
      motion: false,
      motionDurationFast: "0.08s",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.15s",
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
      Table: { headerBg: palette.surface, headerColor: palette.textThird, cellPaddingBlock: 8 },
      Tooltip: { colorBgSpotlight: name === "dark" ? palette.raised : palette.text, colorTextLightSolid: name === "dark" ? palette.text : palette.surface },
      Tag: { defaultBg: palette.sunken, defaultColor: palette.textSecond },
      Segmented: { trackBg: palette.sunken, itemSelectedBg: name === "dark" ? palette.line : palette.surface },
    },
  };
}
