// On a phone: one card under the other, made for the thumb; a card opens to the whole decision.
import { Button, Checkbox } from "antd";
import type { ReactNode } from "react";
import { Left } from "@/ui/Left.tsx";
import { Money } from "@/ui/Money.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Item } from "./data.ts";
import styles from "./PhoneCards.module.css";
import { Sure } from "./Sure.tsx";
import { TwiceButton } from "./TwiceButton.tsx";
import type { Deed } from "./useDeeds.ts";

export interface PhoneCardsProps {
  readonly label: string;
  readonly rows: readonly Item[];
  readonly marking: boolean;
  readonly marked: ReadonlySet<string>;
  readonly busy: ReadonlyMap<string, Deed>;
  readonly leaving: ReadonlyMap<string, string>;
  readonly fresh: number;
  readonly onFresh: () => void;
  readonly onOpen: (id: string) => void;
  readonly onMark: (id: string) => void;
  readonly onDeed: (deed: "approve" | "refuse", item: Item) => void;
  readonly empty: ReactNode;
}

const MOST = 50;

export function PhoneCards(props: PhoneCardsProps): ReactNode {
  const { t, say, maybe } = useWords();
  const { rows, marking, marked, busy, leaving } = props;
  return (
    <div className={styles.stack}>
      {props.fresh > 0 ? (
        <Button type="primary" shape="round" className={styles.pill} onClick={props.onFresh}>
          {t("decisions.fresh", { count: props.fresh })}
        </Button>
      ) : null}
      {rows.length === 0 ? props.empty : null}
      <ul className={styles.cards} aria-label={props.label}>
        {rows.slice(0, MOST).map((item) => {
          const doing = busy.get(item.id);
          const left = leaving.get(item.id);
          return (
            <li key={item.id} data-id={item.id} className={`${styles.card} ${marked.has(item.id) ? styles.marked : ""} ${left === undefined ? "" : styles.leaving}`}>
              <div className={styles.top}>
                {marking ? (
                  <Checkbox checked={marked.has(item.id)} onChange={() => props.onMark(item.id)} aria-label={t("decisions.mark", { what: say(item.title) })} />
                ) : null}
                <span className={styles.kind}>{maybe(`decisions.kind.${item.action_kind}`, item.action_kind)}</span>
                <span>{left ? <StatusTag status={left} /> : doing ? <Tone tone="info">{t(`decisions.busy.${doing}`)}</Tone> : item.status === "held" ? <Left until={item.decide_by} /> : <StatusTag status={item.status} />}</span>
              </div>
              <button type="button" className={styles.open} onClick={() => (marking ? props.onMark(item.id) : props.onOpen(item.id))}>
                <span className={styles.risk}><Money value={item.at_risk} /></span>
                <span className={styles.title}>{say(item.title)}</span>
                <span className={styles.why}>{say(item.waits) || say(item.reason)}</span>
                <span className={styles.why}><Sure words={item.sure} value={item.confidence} /></span>
              </button>
              {marking || item.status !== "held" ? null : (
                <div className={styles.deeds}>
                  <Button danger disabled={Boolean(doing)} onClick={() => props.onDeed("refuse", item)}>{t("decisions.refuse")}</Button>
                  <TwiceButton disabled={Boolean(doing)} loading={doing === "approve"} onDone={() => props.onDeed("approve", item)}>{t("decisions.approve")}</TwiceButton>
                </div>
              )}
            </li>
          );
        })}
      </ul>
      {rows.length > MOST ? <p className={styles.why}>{t("decisions.phone.more", { count: rows.length - MOST })}</p> : null}
    </div>
  );
}
