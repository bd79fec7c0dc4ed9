// Table: to be written by its area.
import type { ReactNode } from "react";

export default function Table(): ReactNode {
  return null;
}
