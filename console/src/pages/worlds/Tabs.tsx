// The three pages of the worlds: the town, the connectors and their health, and the web chat to try.
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Tabs.module.css";

const PAGES = [
  { to: "/worlds", word: "worlds.tab.town" },
  { to: "/worlds/connectors", word: "worlds.tab.connectors" },
  { to: "/worlds/chat", word: "worlds.tab.chat" },
] as const;

export function Tabs(): ReactNode {
  const { t } = useWords();
  const { pathname } = useLocation();
  return (
    <nav className={styles.tabs} aria-label={t("worlds.tabs")}>
      {PAGES.map(({ to, word }) => (
        <Link key={to} to={to} className={`${styles.tab} ${pathname === to ? styles.here : ""}`} aria-current={pathname === to ? "page" : undefined}>
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
