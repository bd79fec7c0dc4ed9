// The three pages of the worlds: the town, the connectors and their health, and the web chat to try.
import type { ReactNode } from "react";
import { PageTabs } from "@/ui/PageTabs.tsx";
import { useWords } from "@/words/index.ts";

const PAGES = [
  { to: "/worlds", word: "worlds.tab.town" },
  { to: "/worlds/connectors", word: "worlds.tab.connectors" },
  { to: "/worlds/chat", word: "worlds.tab.chat" },
] as const;

export function Tabs(): ReactNode {
  const { t } = useWords();
  return <PageTabs label={t("worlds.tabs")} pages={PAGES} />;
}
