// Cases: to be written by its area.
import type { ReactNode } from "react";

export default function Cases(): ReactNode {
  return null;
}
