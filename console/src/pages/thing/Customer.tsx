// Customer: to be written by its area.
import type { ReactNode } from "react";

export default function Customer(): ReactNode {
  return null;
}
