// Worlds: to be written by its area.
import type { ReactNode } from "react";

export default function Worlds(): ReactNode {
  return null;
}
