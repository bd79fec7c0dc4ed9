// The formatters of the page: its language, the shop's zone.
import { useMemo } from "react";
import { useShop } from "@/app/shop.ts";
import { useWords } from "@/words/index.ts";
import { format, type Format } from "./index.ts";

/** Formatters for the page's language and the shop's time zone. */
export function useFormat(): Format {
  const { lang } = useWords();
  const { zone } = useShop();
  return useMemo(() => format(lang, zone), [lang, zone]);
}
