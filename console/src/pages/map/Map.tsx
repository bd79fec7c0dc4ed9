// Map: to be written by its area.
import type { ReactNode } from "react";

export default function Map(): ReactNode {
  return null;
}
