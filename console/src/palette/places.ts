// The pages of the console that can be gone to, and who may.
import type { Permission } from "@/app/session.ts";

export interface Place {
  /** `palette.page.<name>` is its title, `palette.also.<name>` what else people call it, with pinyin and initials. */
  readonly name: string;
  readonly to: string;
  readonly needs: Permission;
}

export const PLACES: readonly Place[] = [
  { name: "today", to: "/", needs: "see" },
  { name: "decisions", to: "/decisions", needs: "see" },
  { name: "service", to: "/service", needs: "see" },
  { name: "stock", to: "/stock", needs: "see" },
  { name: "allocation", to: "/stock/allocation", needs: "see" },
  { name: "frontier", to: "/stock/frontier", needs: "see" },
  { name: "network", to: "/stock/network", needs: "see" },
  { name: "cases", to: "/cases", needs: "see" },
  { name: "rules", to: "/rules", needs: "see" },
  { name: "data", to: "/data", needs: "see" },
  { name: "sql", to: "/data/sql", needs: "sql" },
  { name: "import", to: "/data/import", needs: "data" },
  { name: "quarantine", to: "/data/quarantine", needs: "see" },
  { name: "dead", to: "/data/dead-letters", needs: "see" },
  { name: "models", to: "/models", needs: "see" },
  { name: "map", to: "/map", needs: "see" },
  { name: "worlds", to: "/worlds", needs: "see" },
  { name: "connectors", to: "/worlds/connectors", needs: "see" },
  { name: "chat", to: "/worlds/chat", needs: "see" },
  { name: "settings", to: "/settings", needs: "see" },
  { name: "you", to: "/settings/you", needs: "see" },
  { name: "sessions", to: "/settings/sessions", needs: "see" },
  { name: "people", to: "/settings/people", needs: "people" },
  { name: "tokens", to: "/settings/tokens", needs: "people" },
  { name: "budgets", to: "/settings/budgets", needs: "see" },
  { name: "audit", to: "/settings/audit", needs: "people" },
  { name: "about", to: "/settings/about", needs: "see" },
];
