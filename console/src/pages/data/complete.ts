// Completion: tables, views, columns, functions and words of SQL where they fit, each with what it means.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { SqlWords } from "./api.ts";

type Say = (text: { readonly en: string; readonly zh: string } | null | undefined) => string;

const KEYWORDS =
  "SELECT FROM WHERE GROUP BY GROUP BY ALL ORDER BY LIMIT OFFSET HAVING QUALIFY WITH AS ON USING JOIN LEFT JOIN INNER JOIN FULL JOIN CROSS JOIN ASOF JOIN UNION ALL EXCEPT INTERSECT DISTINCT CASE WHEN THEN ELSE END AND OR NOT IN IS NULL IS NOT NULL BETWEEN LIKE ILIKE EXISTS OVER PARTITION BY FILTER INTERVAL CAST DESC ASC NULLS LAST TRUE FALSE VALUES DESCRIBE SUMMARIZE";
const MULTI = ["GROUP BY ALL", "GROUP BY", "ORDER BY", "LEFT JOIN", "INNER JOIN", "FULL JOIN", "CROSS JOIN", "ASOF JOIN", "UNION ALL", "IS NOT NULL", "IS NULL", "PARTITION BY", "NULLS LAST"];

/** Words of SQL, some of them several words long. */
export function keywords(): string[] {
  let rest = KEYWORDS;
  for (const phrase of MULTI) rest = rest.replace(phrase, "");
  return [...MULTI, ...rest.split(" ").filter(Boolean)];
}

/** Names that the query gives to its tables: alias or own name → table. */
export function aliases(sql: string, tables: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, table = "", alias = ""] of sql.matchAll(/\b(?:from|join|,)\s+"?(\w+)"?(?:\s+(?:as\s+)?(?!on\b|using\b|where\b|group\b|order\b|left\b|join\b|cross\b|limit\b|inner\b|asof\b|full\b|union\b|having\b|qualify\b)(\w+))?/gi)) {
    const name = table.toLowerCase();
    if (!tables.has(name)) continue;
    found.set(name, name);
    if (alias) found.set(alias.toLowerCase(), name);
  }
  return found;
}

/** A source of completions over the shop's own words. */
export function completions(words: SqlWords, say: Say, noun: (noun: string) => string) {
  const tables = new Map(words.tables.map((table) => [table.name, table] as const));
  const names = new Set(tables.keys());
  const column = (one: SqlWords["tables"][number]["columns"][number], from: string, boost: number): Completion => ({
    label: one.name,
    type: "property",
    detail: one.type.toLowerCase(),
    info: [say(one.means), from].filter(Boolean).join("\n"),
    boost,
  });
  const tableOptions: Completion[] = words.tables.map((table) => ({ label: table.name, type: table.noun === "view" ? "interface" : "class", detail: noun(table.noun), info: say(table.means), boost: 1 }));
  const functionOptions: Completion[] = Object.entries(words.functions).map(([name, one]) => ({ label: name, type: "function", detail: one.use, info: say(one), apply: `${name}(`, boost: -1 }));
  const keywordOptions: Completion[] = keywords().map((label) => ({ label, type: "keyword", boost: -2 }));

  return (context: CompletionContext): CompletionResult | null => {
    const sql = context.state.doc.toString();
    const known = aliases(sql, names);
    const dotted = context.matchBefore(/"?(\w+)"?\.\w*$/);
    if (dotted) {
      const owner = /(\w+)"?\.\w*$/.exec(dotted.text)?.[1]?.toLowerCase() ?? "";
      const table = tables.get(known.get(owner) ?? owner);
      if (!table) return null;
      return { from: context.pos - (/\.(\w*)$/.exec(dotted.text)?.[1]?.length ?? 0), options: table.columns.map((one) => column(one, table.name, 0)), validFor: /^\w*$/ };
    }
    const word = context.matchBefore(/\w+$/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (/\b(from|join)\s+$/i.test(context.state.sliceDoc(Math.max(0, from - 40), from))) return { from, options: tableOptions, validFor: /^\w*$/ };
    const columns = [...new Set(known.values())].flatMap((name) => tables.get(name)?.columns.map((one) => column(one, name, 2)) ?? []);
    const single = [...new Map(columns.map((one) => [one.label, one])).values()];
    return { from, options: [...single, ...tableOptions, ...functionOptions, ...keywordOptions], validFor: /^\w*$/ };
  };
}
