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

/** The catalog of one language; each language is a file of its own that only its readers load. */
export async function loadCatalog(lang: Lang): Promise<Catalog> {
  const module = lang === "zh" ? await import("./zh.ts") : await import("./en.ts");
  return module.catalog;
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
