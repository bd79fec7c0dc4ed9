// Models: to be written by its area.
import type { ReactNode } from "react";

export default function Models(): ReactNode {
  return null;
}
