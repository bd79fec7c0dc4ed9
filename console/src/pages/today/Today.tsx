// Today: to be written by its area.
import type { ReactNode } from "react";

export default function Today(): ReactNode {
  return null;
}
