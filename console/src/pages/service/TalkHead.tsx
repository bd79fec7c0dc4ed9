// The head of a conversation: who it is with, how it stands, who may write and until when, and what can be done with it.
import { Button } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Keys } from "@/ui/Keys.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { useSecond } from "./clock.ts";
import { Countdown } from "./Countdown.tsx";
import type { TalkData } from "./data.ts";
import { MoodTag } from "./moods.tsx";
import styles from "./TalkHead.module.css";
import type { Deed } from "./useTalkDeeds.ts";

export type Wish = "take" | "renew" | "hand-back" | "solve" | "reopen" | "back" | "customer";

export interface TalkHeadProps {
  readonly talk: TalkData;
  readonly busy: Deed | "";
  readonly mayAct: boolean;
  readonly phone: boolean;
  /** The customer is in a drawer and not beside the conversation. */
  readonly narrow: boolean;
  readonly onWish: (wish: Wish) => void;
}

/** What may be wished of a conversation as it stands. */
export function wishes(talk: TalkData): readonly Wish[] {
  const row = talk.conversation;
  if (row.continued_by) return [];
  if (row.status === "solved") return ["reopen"];
  if (talk.turn === "mine") return ["renew", "hand-back", "solve"];
  return talk.turn === "person" ? [] : ["take", "solve"];
}

const KEYS: Readonly<Partial<Record<Wish, string>>> = { take: "T", "hand-back": "B", solve: "S" };

export function TalkHead({ talk, busy, mayAct, phone, narrow, onWish }: TalkHeadProps): ReactNode {
  const { t, say, maybe } = useWords();
  const row = talk.conversation;
  const can = wishes(talk).filter((wish) => !phone || wish !== "renew");
  const name = talk.known.customer?.name || talk.known.contact?.name || t("service.visitor");
  return (
    <header className={styles.head}>
      <div className={styles.row}>
        {phone ? <Button type="text" onClick={() => onWish("back")}>← {t("service.back")}</Button> : null}
        <h2 className={styles.name}>{name}</h2>
        {narrow ? <Button type="text" size={phone ? "middle" : "small"} onClick={() => onWish("customer")}>{t("service.customer")} {phone ? null : <Keys keys="C" />}</Button> : null}
        <span className={styles.deeds}>
          {mayAct
            ? can.map((wish) => (
                <Button key={wish} size={phone ? "middle" : "small"} type={wish === "take" ? "primary" : "default"} loading={busy === wish} disabled={busy !== ""} onClick={() => onWish(wish)}>
                  {t(`service.do.${wish}`)} {KEYS[wish] ? <Keys keys={KEYS[wish]} /> : null}
                </Button>
              ))
            : null}
        </span>
      </div>
      <div className={styles.facts}>
        <span>{maybe(`ui.channel.${row.channel}`, row.channel)}</span>
        <Tone tone={row.status === "solved" ? "good" : row.status === "waiting" ? "warn" : row.status === "with_person" ? "info" : "plain"}>{t(`service.status.${row.status}`)}</Tone>
        <MoodTag mood={row.mood} trend={row.trend} />
        {row.status === "solved" ? null : <Countdown due={row.answer_by} since={row.unanswered_since} />}
        <Holder talk={talk} />
        {row.case_id ? <ThingLink kind="case" id={row.case_id}>{t("service.case")}</ThingLink> : null}
      </div>
      {row.why_person && row.status !== "solved" ? (
        <p className={styles.why}>
          <b>{t("service.why_person")}</b> {say(row.why_person)}
        </p>
      ) : null}
    </header>
  );
}

/** Who holds the pen, and for how long still. */
function Holder({ talk }: { talk: TalkData }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useSecond();
  const row = talk.conversation;
  if (row.status === "solved") return null;
  const until = Date.parse(row.lease_until ?? "");
  if (talk.turn === "mine" || talk.turn === "person") {
    const left = until - now;
    const time = left > 0 ? format.duration(Math.max(1000, left)) : format.time(row.lease_until);
    return <span className={styles.holder}>{talk.turn === "mine" ? t("service.holder.mine", { time }) : t("service.holder.person", { who: row.held_by, time })}</span>;
  }
  return <span className={styles.holder}>{t(row.holder === "person" ? "service.holder.nobody" : talk.turn === "nobody" ? "service.holder.both" : "service.holder.bot")}</span>;
}
