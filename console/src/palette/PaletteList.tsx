// The list of the palette: grouped, the matching characters marked, one line chosen.
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "@/words/index.ts";
import { type Item, pieces } from "./items.ts";
import styles from "./Palette.module.css";

export interface PaletteListProps {
  readonly id: string;
  readonly items: readonly Item[];
  readonly chosen: number;
  readonly typed: string;
  readonly busy: boolean;
  readonly onChoose: (at: number) => void;
  readonly onRun: (item: Item) => void;
}

export function PaletteList({ id, items, chosen, typed, busy, onChoose, onRun }: PaletteListProps): ReactNode {
  const { t } = useWords();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  }, [chosen, items]);
  const groups: { name: string; from: number; items: Item[] }[] = [];
  items.forEach((item, n) => {
    const last = groups[groups.length - 1];
    if (last && last.name === item.group) last.items.push(item);
    else groups.push({ name: item.group, from: n, items: [item] });
  });
  return (
    <div ref={list} className={styles.list}>
      <div id={`${id}list`} role="listbox" aria-label={t("palette.found")} aria-busy={busy}>
        {groups.map((group) => (
          <div key={`${group.name}${group.from}`} role="group" aria-labelledby={`${id}g${group.from}`}>
            <div id={`${id}g${group.from}`} role="presentation" className={styles.group}>
              {t(group.name)}
            </div>
            {group.items.map((item, n) => {
              const at = group.from + n;
              return (
                <div
                  key={item.id}
                  id={`${id}${at}`}
                  role="option"
                  aria-selected={at === chosen}
                  className={`${styles.item} ${at === chosen ? styles.chosen : ""}`}
                  onMouseDown={(event) => event.preventDefault()}
                  onMouseMove={() => at !== chosen && onChoose(at)}
                  onClick={() => onRun(item)}
                >
                  <span className={styles.title}>
                    {pieces(item.title, item.spans).map((piece, k) =>
                      piece.hit ? (
                        <mark key={k} className={styles.mark}>
                          {piece.text}
                        </mark>
                      ) : (
                        <span key={k}>{piece.text}</span>
                      ),
                    )}
                  </span>
                  {item.detail ? <span className={styles.detail}>{item.detail}</span> : null}
                  {item.side ? <span className={styles.side}>{item.side}</span> : null}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {items.length === 0 ? (
        <p className={styles.none} role="status">
          {busy ? t("palette.busy") : t("palette.none", { typed })}
        </p>
      ) : null}
    </div>
  );
}
