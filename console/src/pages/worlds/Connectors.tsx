// Connectors: to be written by its area.
import type { ReactNode } from "react";

export default function Connectors(): ReactNode {
  return null;
}
