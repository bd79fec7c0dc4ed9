// The pages of stock: exceptions, allocation between places, the frontier, the network.
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./Tabs.module.css";

const PAGES = [
  { to: "/stock", word: "stock.tab.attention" },
  { to: "/stock/allocation", word: "stock.tab.allocation" },
  { to: "/stock/frontier", word: "stock.tab.frontier" },
  { to: "/stock/network", word: "stock.tab.network" },
] as const;

export function Tabs(): ReactNode {
  const { t } = useWords();
  const { pathname } = useLocation();
  return (
    <nav className={styles.tabs} aria-label={t("stock.tabs")}>
      {PAGES.map(({ to, word }) => (
        <Link key={to} to={to} className={`${styles.tab} ${pathname === to ? styles.here : ""}`} aria-current={pathname === to ? "page" : undefined}>
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
