// Quarantine: to be written by its area.
import type { ReactNode } from "react";

export default function Quarantine(): ReactNode {
  return null;
}
