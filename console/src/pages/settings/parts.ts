// The parts of the settings in their order, and what it takes to see each.
import type { Permission } from "@/app/session.ts";

export const PARTS = [
  { name: "you", needs: "see" },
  { name: "sessions", needs: "see" },
  { name: "budgets", needs: "see" },
  { name: "people", needs: "people" },
  { name: "tokens", needs: "people" },
  { name: "audit", needs: "people" },
  { name: "about", needs: "see" },
] as const satisfies readonly { name: string; needs: Permission }[];

export type Part = (typeof PARTS)[number]["name"];
