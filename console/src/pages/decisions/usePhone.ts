// Whether the page is as narrow as a phone (lists become cards then), or too narrow for three columns.
import { useSyncExternalStore } from "react";
import { width } from "@/theme/tokens.ts";

function below(most: number): () => boolean {
  const query = matchMedia(`(max-width: ${most}px)`);
  const watch = (watcher: () => void) => {
    query.addEventListener("change", watcher);
    return () => query.removeEventListener("change", watcher);
  };
  return () => useSyncExternalStore(watch, () => query.matches);
}

export const usePhone = below(width.phone);
export const useNarrow = below(width.narrow);
