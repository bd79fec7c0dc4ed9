// An article as its readers see it.
import type { ReactNode } from "react";
import { blocks, type Span } from "./marks.ts";
import styles from "./Markdown.module.css";

export function Markdown({ text }: { text: string }): ReactNode {
  return (
    <div className={styles.article}>
      {blocks(text).map((block, n) => {
        switch (block.kind) {
          case "heading":
            return <p key={n} className={styles.heading}><Spans spans={block.spans} /></p>;
          case "quote":
            return <blockquote key={n}><Spans spans={block.spans} /></blockquote>;
          case "list": {
            const items = block.items.map((item, m) => <li key={m}><Spans spans={item} /></li>);
            return block.numbered ? <ol key={n} className={styles.numbered}>{items}</ol> : <ul key={n} className={styles.list}>{items}</ul>;
          }
          default:
            return <p key={n}><Spans spans={block.spans} /></p>;
        }
      })}
    </div>
  );
}

function Spans({ spans }: { spans: readonly Span[] }): ReactNode {
  return spans.map((one, n) =>
    one.kind === "bold" ? <b key={n}>{one.text}</b> : one.kind === "code" ? <code key={n}>{one.text}</code> : one.kind === "link" ? <a key={n} href={one.to} rel="noreferrer" target="_blank">{one.text}</a> : <span key={n}>{one.text}</span>,
  );
}
