// One conversation: its head, its thread, what waits to be decided, the bot's draft, and where a person answers.
import { Skeleton } from "antd";
import { type ReactNode, type Ref, useEffect } from "react";
import { Link } from "@tanstack/react-router";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { tellMoment } from "./clock.ts";
import styles from "./Chat.module.css";
import { Composer, type ComposerHandle } from "./Composer.tsx";
import type { TalkData } from "./data.ts";
import { DraftCard } from "./DraftCard.tsx";
import { Pending } from "./Pending.tsx";
import { TalkHead, type Wish } from "./TalkHead.tsx";
import { Thread } from "./Thread.tsx";
import type { TalkDeeds } from "./useTalkDeeds.ts";

export interface ChatProps {
  readonly talk: TalkData | undefined;
  readonly deeds: TalkDeeds;
  readonly phone: boolean;
  readonly narrow: boolean;
  readonly composer: Ref<ComposerHandle>;
  readonly kept: string;
  readonly onKeep: (text: string) => void;
  readonly onWish: (wish: Wish) => void;
  readonly onMacros: () => void;
  readonly onUse: () => void;
  readonly onLeave: () => void;
}

export function Chat({ talk, deeds, phone, narrow, composer, kept, onKeep, onWish, onMacros, onUse, onLeave }: ChatProps): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const format = useFormat();
  useEffect(() => tellMoment(talk?.now), [talk]);
  if (!talk) return <div className={styles.chat}><div className={styles.wait}><Skeleton active paragraph={{ rows: 8 }} /></div></div>;
  const row = talk.conversation;
  const closed = !may("decide")
    ? t("service.closed.role")
    : row.continued_by
      ? t("service.closed.moved")
      : talk.turn === "person"
        ? t("service.closed.held", { who: row.held_by, time: format.time(row.lease_until) })
        : "";
  const draft = talk.draft;
  return (
    <div className={styles.chat} data-talk={row.conversation_id}>
      <TalkHead talk={talk} busy={deeds.busy} mayAct={may("decide")} phone={phone} narrow={narrow} onWish={onWish} />
      <Thread key={row.conversation_id} talk={talk} unsent={deeds.unsent} onAgain={deeds.again} onDrop={deeds.drop} />
      {row.continued_by ? (
        <p className={styles.moved}>
          {t("service.moved")} <Link to="/service/{-$conversation}" params={{ conversation: row.continued_by }}>{t("service.moved.open")}</Link>
        </p>
      ) : null}
      <Pending row={row} />
      {draft && row.status !== "solved" ? <DraftCard draft={draft} stale={draft.in_reply_to !== row.last_message_id && row.last_message_id !== ""} onUse={onUse} /> : null}
      <Composer key={row.conversation_id} handle={composer} closed={closed} kept={kept} onKeep={onKeep} onSend={deeds.send} onMacros={onMacros} onLeave={onLeave} />
    </div>
  );
}
