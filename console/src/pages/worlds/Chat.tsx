// Chat: to be written by its area.
import type { ReactNode } from "react";

export default function Chat(): ReactNode {
  return null;
}
