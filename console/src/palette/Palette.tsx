// The palette (⌘K): finds anything and acts on it.
import type { ReactNode } from "react";

export function Palette(): ReactNode {
  return null;
}
