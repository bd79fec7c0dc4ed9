// The pages of service: the desk, how well it went, what the bot knows, and what another policy would have done.
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Tabs.module.css";

const PAGES = [
  { to: "/service", word: "service.tab.desk" },
  { to: "/service/quality", word: "service.tab.quality" },
  { to: "/service/knowledge", word: "service.tab.knowledge" },
  { to: "/service/what-if", word: "service.tab.what-if" },
] as const;

export function Tabs(): ReactNode {
  const { t } = useWords();
  const { pathname } = useLocation();
  const here = PAGES.find(({ to }) => pathname === to)?.to ?? "/service";
  return (
    <nav className={styles.tabs} aria-label={t("service.tabs")}>
      {PAGES.map(({ to, word }) => (
        <Link key={to} to={to as string} className={`${styles.tab} ${here === to ? styles.here : ""}`} aria-current={here === to ? "page" : undefined}>
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
