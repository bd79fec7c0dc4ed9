// Order: to be written by its area.
import type { ReactNode } from "react";

export default function Order(): ReactNode {
  return null;
}
