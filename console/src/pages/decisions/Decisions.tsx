// Decisions: to be written by its area.
import type { ReactNode } from "react";

export default function Decisions(): ReactNode {
  return null;
}
