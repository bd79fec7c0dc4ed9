// Words: every text of the console, in Chinese and English, from the catalogs in words/en and words/zh.
import { createContext, useContext } from "react";

export type Lang = "en" | "zh";
export type Catalog = Readonly<Record<string, string>>;
export type Blanks = Readonly<Record<string, string | number>>;
/** A sentence in both languages, as the API gives it. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

// Each language comes in two files that only its readers load: what the shell and Today say, and with the first other page the rest.
const LOAD = {
  en: { first: () => import("./en.ts"), more: () => import("./en.more.ts") },
  zh: { first: () => import("./zh.ts"), more: () => import("./zh.more.ts") },
} as const;
const loaded = { en: {} as Record<string, string>, zh: {} as Record<string, string> };
const spoken = new Set<Lang>();
const parts = new Set<"first" | "more">(["first"]);

/** All that is wanted so far, in every language that was spoken: who changes it while a page comes finds both ready. */
async function loadWanted(): Promise<void> {
  await Promise.all([...spoken].flatMap((lang) => [...parts].map(async (part) => Object.assign(loaded[lang], (await LOAD[lang][part]()).catalog))));
}

/** The catalog of one language with all parts that a page has asked for; later parts come into the same catalog. */
export async function loadCatalog(lang: Lang): Promise<Catalog> {
  spoken.add(lang);
  await loadWanted();
  return loaded[lang];
}

/** The words of all pages; who shows one waits for it. */
export async function loadMoreWords(): Promise<void> {
  parts.add("more");
  await loadWanted();
}

/** The text of a key with its blanks filled; a missing key shows itself, and the tests find it. */
export function fill(catalog: Catalog, key: string, blanks: Blanks = {}): string {
  const text = catalog[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (name in blanks ? String(blanks[name]) : all));
}

export interface Words {
  readonly lang: Lang;
  /** The text of a key, its `{blanks}` filled. */
  readonly t: (key: string, blanks?: Blanks) => string;
  /** The text of a key, or `otherwise` where the catalog has none: for names that third parties add. */
  readonly maybe: (key: string, otherwise: string) => string;
  /** A bilingual sentence of the API in the language of the page. */
  readonly say: (text: Text | null | undefined) => string;
}

export function words(lang: Lang, catalog: Catalog): Words {
  return {
    lang,
    t: (key, blanks) => fill(catalog, key, blanks),
    maybe: (key, otherwise) => catalog[key] ?? otherwise,
    say: (text) => (text ? text[lang] || text.en : ""),
  };
}

export const WordsContext = createContext<Words>(words("en", {}));

/** The words of the page's language. */
export function useWords(): Words {
  return useContext(WordsContext);
}
