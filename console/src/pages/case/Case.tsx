// Case: to be written by its area.
import type { ReactNode } from "react";

export default function Case(): ReactNode {
  return null;
}
