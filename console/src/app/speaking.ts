// Speaking a language: our words and those of antd, each a file that only its readers load.
import type { ConfigProviderProps } from "antd";
import { type Catalog, type Lang, loadCatalog } from "@/words/index.ts";

export interface Spoken {
  readonly lang: Lang;
  readonly catalog: Catalog;
  readonly antd: ConfigProviderProps["locale"];
}

const ANTD = {
  en: () => import("antd/es/locale/en_GB"),
  zh: () => import("antd/es/locale/zh_CN"),
} as const;

export async function speak(lang: Lang): Promise<Spoken> {
  const [catalog, antd] = await Promise.all([loadCatalog(lang), ANTD[lang]()]);
  return { lang, catalog, antd: antd.default };
}
