// The colours of the theme that is shown, for what is drawn on a canvas.
import { usePreferences } from "@/app/preferences.ts";
import { dark, light, type Palette } from "./tokens.ts";

export function usePalette(): Palette {
  return usePreferences().shown === "dark" ? dark : light;
}
