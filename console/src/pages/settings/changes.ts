// What differs between two JSON values, one line for each place; rows of a list are told apart by their name or id.
export interface Change {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

const MOST = 200; // a long text is cut: the whole is in the API

/** The places in which `after` differs from `before`, in the order of `before`. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const was = new Map(leaves(before));
  const is = new Map(leaves(after));
  const found: Change[] = [];
  for (const path of new Set([...was.keys(), ...is.keys()])) {
    const change = { path, before: was.get(path), after: is.get(path) };
    if (change.before !== change.after) found.push(change);
  }
  return found;
}

function leaves(value: unknown, path = ""): [string, string][] {
  if (value === null || value === undefined) return path ? [[path, "–"]] : [];
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== "object" || one === null)) return [[path, cut(value.join(", ") || "–")]];
    return value.flatMap((one, n) => leaves(one, join(path, nameOf(one) ?? String(n + 1))));
  }
  if (typeof value === "object") {
    return Object.entries(value as Record<string, unknown>).flatMap(([name, one]) => leaves(one, join(path, name)));
  }
  return [[path, cut(String(value))]];
}

function nameOf(one: unknown): string | undefined {
  if (typeof one !== "object" || one === null) return undefined;
  const row = one as Record<string, unknown>;
  const name = row.name ?? row.id ?? row._id ?? row.action;
  return typeof name === "string" && name ? name : undefined;
}

const join = (path: string, name: string) => (path ? `${path} › ${name}` : name);
const cut = (text: string) => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);
