// The pages of stock: exceptions, allocation between places, the frontier, the network.
import type { ReactNode } from "react";
import { PageTabs } from "@/ui/PageTabs.tsx";
import { useWords } from "@/words/index.ts";

const PAGES = [
  { to: "/stock", word: "stock.tab.attention" },
  { to: "/stock/allocation", word: "stock.tab.allocation" },
  { to: "/stock/frontier", word: "stock.tab.frontier" },
  { to: "/stock/network", word: "stock.tab.network" },
] as const;

export function Tabs(): ReactNode {
  const { t } = useWords();
  return <PageTabs label={t("stock.tabs")} pages={PAGES} />;
}
