// What the page of knowledge asks, and what it writes.
import { useQuery } from "@tanstack/react-query";
import { get, onceKey, post, put } from "@/api/client.ts";
import type { Text } from "@/words/index.ts";
import { AREA } from "./data.ts";

export interface Article {
  readonly article_id: string;
  readonly kind: "help" | "policy" | "answer" | "product";
  readonly title: string;
  readonly body: string;
  readonly language: string;
  readonly topic: string;
  /** Questions in customers' own words that it answers. */
  readonly asked: readonly string[];
  readonly url: string;
  readonly source: string;
  readonly valid_from?: string | null;
  readonly valid_until?: string | null;
  readonly updated_at?: string | null;
  readonly withdrawn: boolean;
}

export interface Passage {
  readonly article_id: string;
  readonly title: string;
  readonly text: string;
  readonly score: number;
}

export interface Problem {
  readonly article_id: string;
  readonly title: string;
  readonly kind: "stale" | "contradicts" | "unused";
  readonly other_id: string;
  readonly other_title: string;
  readonly says: Text;
  readonly found_at: string;
}

export interface Gap {
  readonly example: string;
  readonly intent: string;
  readonly asked: number;
  readonly last_at: string;
  readonly gap_ids: readonly string[];
  readonly others: readonly string[];
}

export interface Coverage {
  readonly days: number;
  readonly questions: number;
  readonly answered: number;
  readonly share: number | null;
  readonly unanswered: readonly string[];
  readonly unused: readonly string[];
  readonly sql: string;
}

export const KINDS = ["help", "policy", "answer", "product"] as const;
export const LANGUAGES = ["zh", "en"] as const;
export const KNOWLEDGE = [AREA, "knowledge"] as const;

const at = (rest: string) => `/service/knowledge/${rest}`;

export const useArticles = (withdrawn: boolean) =>
  useQuery({ queryKey: [...KNOWLEDGE, "articles", withdrawn], queryFn: ({ signal }) => get<{ items: Article[] }>(at("articles"), { withdrawn, limit: 500 }, signal) });
/** One article, from the list: it comes with the texts. */
export function useArticle(id: string): { readonly data: Article | undefined } {
  return { data: useArticles(false).data?.items.find((one) => one.article_id === id) };
}
export const useAsked = (text: string) =>
  useQuery({ queryKey: [...KNOWLEDGE, "search", text], queryFn: ({ signal }) => get<Passage[]>(at("search"), { text, limit: 8 }, signal), enabled: text !== "", placeholderData: (old) => old });
export const useProblems = () => useQuery({ queryKey: [...KNOWLEDGE, "problems"], queryFn: ({ signal }) => get<Problem[]>(at("problems"), undefined, signal) });
export const useGaps = () => useQuery({ queryKey: [...KNOWLEDGE, "gaps"], queryFn: ({ signal }) => get<Gap[]>(at("gaps"), { limit: 50 }, signal) });
export const useCoverage = () => useQuery({ queryKey: [...KNOWLEDGE, "coverage"], queryFn: ({ signal }) => get<Coverage>(at("coverage"), { days: 30 }, signal), staleTime: 60_000 });

/** Write an article in place of the version that was read; the server refuses when somebody was faster. */
export const save = (article: Article) =>
  put<Article>(
    at(`articles/${encodeURIComponent(article.article_id)}`),
    {
      title: article.title,
      body: article.body,
      kind: article.kind,
      language: article.language,
      topic: article.topic,
      asked: [...new Set(article.asked.map((one) => one.trim()).filter(Boolean))],
      url: article.url,
      valid_from: article.valid_from ?? null,
      valid_until: article.valid_until ?? null,
      updated_at: article.updated_at ?? null,
    },
    { once: onceKey() },
  );
export const withdraw = (id: string) => post<Article>(at(`articles/${encodeURIComponent(id)}/withdraw`), {}, { once: onceKey() });
export const closeGap = (gap: Gap) => post<unknown>(at("gaps/close"), { gap_ids: gap.gap_ids }, { once: onceKey() });

/** An id that a new article gets from its title: letters and digits of it, and a few of chance. */
export function idFor(title: string): string {
  const plain = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40);
  return `${plain || "article"}-${onceKey().slice(0, 6)}`;
}
