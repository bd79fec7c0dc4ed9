// The client of Linkloop's API: JSON in and out, problems as errors that a person can act on.
import type { Lang, Text } from "@/words/index.ts";

/** What went wrong, in the reader's language: RFC 9457 with our `code`, `todo` and `where`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly todo: Text,
    readonly where: string,
    readonly retryAfterS = 0,
  ) {
    super(text.en);
  }
}

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  where?: string;
  text_en?: string;
  text_zh?: string;
  todo_en?: string;
  todo_zh?: string;
}

export const BASE = "/api/v1";
const state = { csrf: "", lang: "en" as Lang, onSignedOut: () => {}, renew: async () => {} };

/** What every request carries from now on. */
export function carry(parts: Partial<typeof state>): void {
  Object.assign(state, parts);
}

/** A fresh Idempotency-Key: a retry under the same key is done once. */
export function onceKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

export interface Asking {
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
  readonly once?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The URL of a path under the API with its query. */
export function url(path: string, query: Asking["query"] = {}): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString();
  return `${BASE}${path}${search ? `?${search}` : ""}`;
}

/** Headers of a request of ours. */
export function headers(extra: Asking["headers"] = {}): Record<string, string> {
  return {
    accept: "application/json",
    "accept-language": state.lang === "zh" ? "zh-CN" : "en",
    ...(state.csrf ? { "x-linkloop-csrf": state.csrf } : {}),
    ...extra,
  };
}

async function ask<T>(method: string, path: string, asking: Asking = {}, again = true): Promise<T> {
  const form = asking.body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(url(path, asking.query), {
      method,
      credentials: "same-origin",
      signal: asking.signal,
      headers: headers({
        ...(asking.body === undefined || form ? {} : { "content-type": "application/json" }),
        ...(asking.once ? { "idempotency-key": asking.once } : {}),
        ...asking.headers,
      }),
      body: asking.body === undefined ? undefined : form ? (asking.body as FormData) : JSON.stringify(asking.body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code !== "api.csrf" || !again) throw problem;
    await state.renew(); // another tab has signed in anew
    return ask(method, path, asking, false);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** The error that a response tells of. */
export async function problemOf(response: Response): Promise<ApiError> {
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    problem = {};
  }
  const plain = problem.detail ?? problem.title ?? `HTTP ${response.status}`;
  const told = { en: problem.text_en || plain, zh: problem.text_zh || plain };
  const todo = { en: problem.todo_en ?? "", zh: problem.todo_zh ?? "" };
  const retry = Number(response.headers.get("retry-after") ?? 0);
  const error = new ApiError(response.status, problem.code ?? `http.${response.status}`, told, todo, problem.where ?? "", retry);
  if (response.status === 401) state.onSignedOut();
  return error;
}

function unreachable(): ApiError {
  return new ApiError(
    0,
    "console.unreachable",
    { en: "The shop does not answer.", zh: "店铺没有响应。" },
    { en: "Is `linkloop up` still running? The page tries again by itself.", zh: "`linkloop up` 是否仍在运行？页面会自动重试。" },
    "",
  );
}

export const get = <T>(path: string, query?: Asking["query"], signal?: AbortSignal) => ask<T>("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown, asking: Asking = {}) => ask<T>("POST", path, { body: body ?? {}, ...asking });
export const put = <T>(path: string, body: unknown, asking: Asking = {}) => ask<T>("PUT", path, { body, ...asking });
export const patch = <T>(path: string, body: unknown, asking: Asking = {}) => ask<T>("PATCH", path, { body, ...asking });
export const del = <T>(path: string, asking: Asking = {}) => ask<T>("DELETE", path, asking);
