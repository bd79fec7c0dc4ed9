// One line of the queue: seconds left, who, what they last wrote, how they feel, what the order is worth, who has it.
import { type ReactNode, memo } from "react";
import { Money } from "@/ui/Money.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { Countdown } from "./Countdown.tsx";
import type { Item } from "./data.ts";
import { MoodTag } from "./moods.tsx";
import styles from "./QueueRow.module.css";

export interface QueueRowProps {
  readonly item: Item;
  readonly chosen: boolean;
  readonly leaving: boolean;
  readonly onChoose: (id: string) => void;
}

export const QueueRow = memo(function QueueRow({ item, chosen, leaving, onChoose }: QueueRowProps): ReactNode {
  const { t, maybe } = useWords();
  const row = item.conversation;
  const id = row.conversation_id;
  const intent = row.intents[0];
  return (
    <div
      id={`talk-${id}`}
      role="option"
      aria-selected={chosen}
      data-id={id}
      className={`${styles.row} ${chosen ? styles.chosen : ""} ${leaving ? styles.leaving : ""}`}
      onClick={() => onChoose(id)}
    >
      <div className={styles.top}>
        <span className={styles.name}>{item.customer_name || t("service.visitor")}</span>
        <span className={styles.channel}>{maybe(`ui.channel.${row.channel}`, row.channel)}</span>
        {row.status === "solved" ? <Tone tone="good">{t("service.status.solved")}</Tone> : <Countdown due={row.answer_by} since={row.unanswered_since} />}
      </div>
      <p className={styles.text}>{item.last_text || "\u00a0"}</p>
      <div className={styles.foot}>
        <MoodTag mood={row.mood} trend={row.trend} />
        <span className={styles.intent}>{intent ? maybe(`service.intent.${intent}`, intent) : ""}</span>
        {item.turn === "mine" ? <Tone tone="accent">{t("service.turn.mine")}</Tone> : item.turn === "person" ? <Tone tone="info">{row.held_by}</Tone> : null}
        <span className={styles.worth}>{row.order_value ? <Money value={row.order_value} style="whole" /> : ""}</span>
      </div>
    </div>
  );
});
