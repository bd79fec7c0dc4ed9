// What each role sees first: the same page for everyone, in another order.
import type { FigureData } from "./data.ts";

export type FigureName = FigureData["name"];
export type Row = "pulse" | "loop" | "live" | "stock";

const ALL_ROWS: readonly Row[] = ["pulse", "loop", "live", "stock"];
const ALL_FIGURES: readonly FigureName[] = ["gmv", "orders", "conversion", "order_value", "payment_success", "alerts"];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  planner: ["stock", "loop", "pulse", "live"],
  service: ["live", "loop", "pulse", "stock"],
  live: ["pulse", "live", "stock", "loop"],
  data: ["live", "pulse", "loop", "stock"],
};

const FIGURES: Readonly<Record<string, readonly FigureName[]>> = {
  planner: ["late_parcels", "at_risk", "orders", "gmv", "alerts", "payment_success"],
  service: ["waiting", "late_parcels", "at_risk", "alerts", "orders", "payment_success"],
  live: ["gmv", "orders", "conversion", "order_value", "alerts", "payment_success"],
  marketer: ["gmv", "conversion", "order_value", "orders", "payment_success", "alerts"],
};

/** The rows of the page in the order in which a role needs them. */
export function rowsFor(role: string): readonly Row[] {
  return ROWS[role] ?? ALL_ROWS;
}

/** The figures at the top of the page for a role; the others stand in the heads of their panels. */
export function figuresFor(role: string): readonly FigureName[] {
  return FIGURES[role] ?? ALL_FIGURES;
}
