// Preferences: language and theme, kept by this browser; early.js reads the same entry before the first paint.
import { createContext, useContext } from "react";
import type { Lang } from "@/words/index.ts";

export interface Preferences {
  readonly lang: Lang;
  readonly theme: "light" | "dark" | "system";
}

export interface PreferencesContextValue extends Preferences {
  /** The theme that is shown: `system` resolved. */
  readonly shown: "light" | "dark";
  readonly set: (parts: Partial<Preferences>) => void;
}

const KEY = "linkloop.preferences";

/** What this browser keeps; a `?lang=` in the address comes first, then what was chosen, then the browser's language. */
export function kept(): Preferences {
  let found: Partial<Preferences> = {};
  try {
    found = (JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {}) as Partial<Preferences>;
  } catch {
    found = {};
  }
  const asked = new URLSearchParams(location.search).get("lang") ?? found.lang ?? navigator.language;
  const theme = found.theme === "dark" || found.theme === "system" ? found.theme : "light";
  return { lang: /^zh/i.test(asked) ? "zh" : "en", theme };
}

export function keep(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing still shows the choice until the page is left.
  }
}

export const PreferencesContext = createContext<PreferencesContextValue>({
  lang: "en",
  theme: "light",
  shown: "light",
  set: () => {},
});

/** Language and theme of the page, and how to change them. */
export function usePreferences(): PreferencesContextValue {
  return useContext(PreferencesContext);
}
