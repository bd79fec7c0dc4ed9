// Where in a query an error stands: "line 2, column 8" as a range of its text.

export interface Marked {
  readonly where: string;
  readonly message: string;
}

/** The word at the named place; the whole line where no column is named; null where nothing is. */
export function spot(text: string, mark: Marked): { from: number; to: number } | null {
  const found = /line (\d+)(?:, column (\d+))?/.exec(mark.where);
  if (!found) return null;
  const lines = text.split("\n");
  const line = Math.min(Number(found[1]), lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
  const content = lines[line] ?? "";
  if (!found[2]) return { from: start, to: start + content.length };
  // The server counts characters; a text here counts halves of some of them.
  const before = [...content].slice(0, Number(found[2]) - 1).join("").length;
  const from = Math.min(before, Math.max(0, content.length - 1));
  const word = /^[\w"]+/.exec(content.slice(from))?.[0].length ?? 1;
  return { from: start + from, to: Math.min(text.length, start + from + Math.max(1, word)) };
}
