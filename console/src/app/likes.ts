// Likes: language and theme follow a signed-in person from machine to machine.
import { useEffect, useRef } from "react";
import { put } from "@/api/client.ts";
import { type Preferences, usePreferences } from "./preferences.ts";
import type { Session } from "./session.ts";

/** On signing in the page takes what the person chose elsewhere; a later choice is kept for elsewhere. */
export function useLikes(session: Session | null | undefined): void {
  const { lang, theme, set } = usePreferences();
  const taken = useRef("");
  const kept = useRef("");
  const name = session?.via === "session" ? session.name : "";
  useEffect(() => {
    if (!session || !name) {
      taken.current = "";
      return;
    }
    if (taken.current !== name) {
      taken.current = name;
      const parts: { -readonly [K in keyof Preferences]?: Preferences[K] } = {};
      if (session.language === "en" || session.language === "zh") parts.lang = session.language;
      if (session.theme === "light" || session.theme === "dark" || session.theme === "system") parts.theme = session.theme;
      kept.current = `${parts.lang ?? lang} ${parts.theme ?? theme}`;
      if (Object.keys(parts).length) set(parts);
      return;
    }
    if (kept.current === `${lang} ${theme}`) return;
    kept.current = `${lang} ${theme}`;
    put("/session/likes", { language: lang, theme }).catch(() => {}); // this browser keeps it in any case
  }, [session, name, lang, theme, set]);
}
