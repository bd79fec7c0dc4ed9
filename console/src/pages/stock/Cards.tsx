// The list on a phone: a card per line, the worst first.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { KindTags, whyOf } from "./columns.tsx";
import type { StockLine } from "./data.ts";
import styles from "./Stock.module.css";

const SHOWN = 60;

export function Cards({ lines, onOpen }: { lines: readonly StockLine[]; onOpen: (line: StockLine) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <div className={styles.cards}>
      {lines.slice(0, SHOWN).map((line) => (
        <button key={`${line.product_id}|${line.place}`} type="button" className={styles.card} onClick={() => onOpen(line)}>
          <span className={styles.cardHead}>
            <span className={styles.name}>{line.title || line.product_id}</span>
            <span className={styles.money}>{line.stake ? format.money({ amount: line.stake, currency: line.currency }, "whole") : ""}</span>
          </span>
          <KindTags line={line} />
          <span className={styles.more}>
            {line.place} · {t("stock.units", { count: format.number(line.on_hand) })} · {whyOf(line, t, format)}
          </span>
        </button>
      ))}
      {lines.length > SHOWN ? <p className={styles.more}>{t("stock.cards.more", { count: format.number(lines.length - SHOWN) })}</p> : null}
    </div>
  );
}
