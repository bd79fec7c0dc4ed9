// Data: to be written by its area.
import type { ReactNode } from "react";

export default function Data(): ReactNode {
  return null;
}
