// DeadLetters: to be written by its area.
import type { ReactNode } from "react";

export default function DeadLetters(): ReactNode {
  return null;
}
