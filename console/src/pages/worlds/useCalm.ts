// Whether the reader asked for less motion.
import { useSyncExternalStore } from "react";

const asked = typeof matchMedia === "function" ? matchMedia("(prefers-reduced-motion: reduce)") : null;
const watch = (changed: () => void) => {
  asked?.addEventListener("change", changed);
  return () => asked?.removeEventListener("change", changed);
};

/** True where the system says `prefers-reduced-motion: reduce`. */
export function useCalm(): boolean {
  return useSyncExternalStore(watch, () => asked?.matches ?? false);
}
