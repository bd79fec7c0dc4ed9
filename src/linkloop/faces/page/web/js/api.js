/** The shop's HTTP interface: JSON in and out, and every failure as an error that says what to do. */

import { lang, t } from "./i18n.js";

const BASE = "api/v1/";

export class Trouble extends Error {
  constructor(code, text, todo) {
    super(text);
    this.code = code;
    this.todo = todo;
  }
}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(BASE + path, { ...options, headers: { "accept-language": lang, ...options?.headers } });
  } catch {
    throw new Trouble("offline", t("error.offline"), t("error.offline.todo"));
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  const both = (name) => problem[`${name}_${lang}`];
  throw new Trouble(
    problem.code || `http.${answer.status}`,
    both("text") || problem.detail || t("error.http", { status: answer.status }),
    both("todo") || problem.todo || "",
  );
}

export const get = (path) => call(path);

export function post(path, body, key) {
  const headers = { "content-type": "application/json" };
  if (key) headers["idempotency-key"] = key;
  return call(path, { method: "POST", body: JSON.stringify(body), headers });
}

/** Rows of a query as objects. */
export async function sql(query, params = {}) {
  const result = await post("sql", { query, params });
  return result.rows.map((row) => Object.fromEntries(result.columns.map((name, n) => [name, row[n]])));
}

/** Run `work` now and every `ms`, one at a time, not while nobody looks; a failure waits for the next turn. */
export function every(ms, work) {
  let busy = false;
  const turn = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Trouble)) console.error(error);
    } finally {
      busy = false;
    }
  };
  turn();
  setInterval(turn, ms);
  document.addEventListener("visibilitychange", turn);
  return turn;
}
