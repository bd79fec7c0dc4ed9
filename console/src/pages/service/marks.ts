// Markdown as parts that React draws: headings, lists, quotes, paragraphs, bold, code and links; never as markup of the page.

export type Span = { readonly kind: "text" | "bold" | "code"; readonly text: string } | { readonly kind: "link"; readonly text: string; readonly to: string };
export type Block = { readonly kind: "heading" | "paragraph" | "quote"; readonly spans: readonly Span[] } | { readonly kind: "list"; readonly items: readonly (readonly Span[])[]; readonly numbered: boolean };

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;

export function spans(text: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    if (match[1] !== undefined) found.push({ kind: "bold", text: match[1] });
    else if (match[2] !== undefined) found.push({ kind: "code", text: match[2] });
    else found.push({ kind: "link", text: match[3] ?? "", to: match[4] ?? "" });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}

/** The blocks of a text. What is no Markdown that we know is a paragraph as it is. */
export function blocks(text: string): Block[] {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .flatMap((part): Block[] => {
      const lines = part.split("\n").filter((line) => line.trim());
      if (lines.length === 0) return [];
      const heading = /^#{1,6}\s+(.*)/.exec(lines[0] ?? "");
      if (heading) return [{ kind: "heading", spans: spans(heading[1] ?? "") }, ...blocks(lines.slice(1).join("\n"))];
      if (lines.every((line) => /^\s*[-*+]\s+/.test(line))) return [{ kind: "list", numbered: false, items: lines.map((line) => spans(line.replace(/^\s*[-*+]\s+/, ""))) }];
      if (lines.every((line) => /^\s*\d+[.)]\s+/.test(line))) return [{ kind: "list", numbered: true, items: lines.map((line) => spans(line.replace(/^\s*\d+[.)]\s+/, ""))) }];
      if (lines.every((line) => /^>\s?/.test(line))) return [{ kind: "quote", spans: spans(lines.map((line) => line.replace(/^>\s?/, "")).join("\n")) }];
      return [{ kind: "paragraph", spans: spans(lines.join("\n")) }];
    });
}
