// The desk: queue, conversation and customer side by side (on a phone one after the other), every deed by key or button.
import { Drawer } from "antd";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useRefresh } from "@/live/useRefresh.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { Chat } from "./Chat.tsx";
import { useShopClock } from "./clock.ts";
import type { ComposerHandle } from "./Composer.tsx";
import { showOf, talkKey, useTalk, type Wanted } from "./data.ts";
import styles from "./Desk.module.css";
import { Filters } from "./Filters.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import { Macros } from "./Macros.tsx";
import { QueueList } from "./QueueList.tsx";
import { Side } from "./Side.tsx";
import { type Wish, wishes } from "./TalkHead.tsx";
import { useQueue } from "./useQueue.ts";
import { useTalkDeeds } from "./useTalkDeeds.ts";

export interface DeskProps {
  readonly wanted: Wanted;
  readonly chosen: string;
  readonly phone: boolean;
  readonly narrow: boolean;
  readonly onWant: (parts: Wanted) => void;
  readonly onChoose: (id: string) => void;
}

const HEARD = ["conversations", "messages", "drafts", "decisions", "contact_links", "merge_suggestions", "promises", "remedies_given"];

export function Desk({ wanted, chosen, phone, narrow, onWant, onChoose }: DeskProps): ReactNode {
  const { t } = useWords();
  useShopClock();
  const queue = useQueue(wanted, chosen);
  const talk = useTalk(chosen);
  const deeds = useTalkDeeds(chosen);
  useRefresh(talkKey(chosen), HEARD, 1000);
  const composer = useRef<ComposerHandle>(null);
  const kept = useRef(new Map<string, string>()); // what was begun in other conversations is there when one comes back
  const [help, setHelp] = useState(false);
  const [macros, setMacros] = useState(false);
  const [handing, setHanding] = useState(false);
  const [customer, setCustomer] = useState(false);

  const data = talk.data?.conversation.conversation_id === chosen ? talk.data : undefined;
  const first = queue.rows[0]?.conversation.conversation_id ?? "";
  useEffect(() => {
    if (!phone && !chosen && first) onChoose(first);
  }, [phone, chosen, first, onChoose]);

  const move = useCallback(
    (by: number) => {
      const at = queue.rows.findIndex((item) => item.conversation.conversation_id === chosen);
      const next = queue.rows[Math.min(queue.rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
      if (next) onChoose(next.conversation.conversation_id);
    },
    [queue.rows, chosen, onChoose],
  );
  const wish = (what: Wish) => {
    if (what === "back") onChoose("");
    else if (what === "customer") setCustomer(true);
    else if (!data || deeds.busy || !wishes(data).includes(what)) return;
    else if (what === "hand-back") setHanding(true);
    else void deeds.act(what, what === "take" || what === "renew" ? { minutes: 10 } : what === "reopen" ? { note: "" } : {});
  };
  const use = () => data?.draft?.text && composer.current?.insert(data.draft.text);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (chosen ? document.querySelector<HTMLElement>("[role='log']")?.focus() : move(0)),
    t: () => wish("take"),
    r: () => composer.current?.focus(),
    d: () => use(),
    a: () => document.querySelector<HTMLElement>("[data-pending-approve]:not([disabled])")?.focus(),
    m: () => data && setMacros(true),
    b: () => wish("hand-back"),
    s: () => wish("solve"),
    c: () => data && narrow && setCustomer((before) => !before),
    n: () => queue.fresh && queue.showFresh(),
    Escape: () => (phone ? onChoose("") : document.querySelector<HTMLElement>("[role='listbox']")?.focus()),
    "?": () => setHelp(true),
  });

  const narrowed = Boolean(wanted.channel || wanted.mood);
  const empty = <Empty title={t(narrowed ? "service.empty.narrowed" : `service.empty.${showOf(wanted)}`)}>{t(narrowed ? "service.empty.narrowed.about" : `service.empty.${showOf(wanted)}.about`)}</Empty>;
  const chat = chosen ? (
    talk.error && !data ? (
      <div className={styles.nothing}><ErrorNote error={talk.error} again={() => void talk.refetch()} /></div>
    ) : (
      <Chat
        talk={data}
        deeds={deeds}
        phone={phone}
        narrow={narrow}
        composer={composer}
        kept={kept.current.get(chosen) ?? ""}
        onKeep={(text) => kept.current.set(chosen, text)}
        onWish={wish}
        onMacros={() => setMacros(true)}
        onUse={use}
        onLeave={() => document.querySelector<HTMLElement>("[role='listbox']")?.focus()}
      />
    )
  ) : null;
  const list = (
    <div className={styles.left}>
      <Filters wanted={wanted} counts={queue.counts} onChange={onWant} />
      {queue.error ? <div className={styles.error}><ErrorNote error={queue.error} again={queue.again} /></div> : null}
      <QueueList queue={queue} chosen={chosen} onChoose={onChoose} empty={empty} />
    </div>
  );
  return (
    <>
      {phone ? (
        <div className={styles.phone}>{chosen ? chat : list}</div>
      ) : (
        <div className={styles.desk}>
          {list}
          <div className={styles.middle}>{chat ?? <div className={styles.nothing}><Empty title={t("service.choose")}>{t("service.choose.about")}</Empty></div>}</div>
          {narrow ? null : (
            <div className={styles.right} tabIndex={0} role="region" aria-label={t("service.customer")}>
              {data ? <Side talk={data} /> : null}
            </div>
          )}
        </div>
      )}
      {narrow ? (
        <Drawer open={customer} placement={phone ? "bottom" : "right"} size={phone ? "88%" : 360} title={t("service.customer")} onClose={() => setCustomer(false)} styles={{ body: { padding: 0 } }} destroyOnHidden>
          {data ? <Side talk={data} /> : null}
        </Drawer>
      ) : null}
      {macros && data ? (
        <Macros
          talk={chosen}
          language={data.conversation.language}
          onDone={(text) => {
            setMacros(false);
            setTimeout(() => composer.current?.insert(text), 50);
          }}
          onClose={() => setMacros(false)}
        />
      ) : null}
      <ReasonDialog
        open={handing}
        title={t("service.hand-back.title")}
        about={t("service.hand-back.about")}
        usual={[t("service.hand-back.solved"), t("service.hand-back.wait"), t("service.hand-back.told")]}
        action={t("service.do.hand-back")}
        required={false}
        busy={deeds.busy === "hand-back"}
        onDone={(note) => void deeds.act("hand-back", { note }).then((done) => done && setHanding(false))}
        onCancel={() => setHanding(false)}
      />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </>
  );
}
