// Import: to be written by its area.
import type { ReactNode } from "react";

export default function Import(): ReactNode {
  return null;
}
