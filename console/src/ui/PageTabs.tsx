// The pages of one area, the one that is open underlined.
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./PageTabs.module.css";

export function PageTabs({ label, pages }: { label: string; pages: readonly { to: string; word: string }[] }): ReactNode {
  const { t } = useWords();
  const { pathname } = useLocation();
  return (
    <nav className={styles.tabs} aria-label={label}>
      {pages.map(({ to, word }) => (
        <Link key={to} to={to} className={`${styles.tab} ${pathname === to ? styles.here : ""}`} aria-current={pathname === to ? "page" : undefined}>
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
