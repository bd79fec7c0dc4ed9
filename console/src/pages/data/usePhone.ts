// Whether the page is as narrow as a phone.
import { useSyncExternalStore } from "react";
import { width } from "@/theme/tokens.ts";

const query = matchMedia(`(max-width: ${width.phone}px)`);
const watch = (watcher: () => void) => {
  query.addEventListener("change", watcher);
  return () => query.removeEventListener("change", watcher);
};

export const usePhone = (): boolean => useSyncExternalStore(watch, () => query.matches);
