// The frame of every page: rail, top bar, the page itself, and the palette above all.
import { Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { Palette } from "@/palette/Palette.tsx";
import { useWords } from "@/words/index.ts";
import { Rail } from "./Rail.tsx";
import styles from "./Shell.module.css";
import { TopBar } from "./TopBar.tsx";

export function Shell(): ReactNode {
  const { t } = useWords();
  // Another conversation at the desk is no other page: whoever goes through the queue keeps their place.
  const path = useRouterState({ select: (state) => (state.matches.some((match) => "conversation" in match.params) ? "/service" : state.location.pathname) });
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // A new page begins at its top, and a screen reader begins to read there.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t("app.skip")}
      </a>
      <TopBar />
      <Rail />
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Palette />
    </div>
  );
}
