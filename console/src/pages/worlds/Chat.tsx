// Try the web chat: write as a customer does, see the shop answer, and follow each message to its case.
import { SendOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { ChatBehind } from "./ChatBehind.tsx";
import { Tabs } from "./Tabs.tsx";
import { useChat, type ChatLine } from "./useChat.ts";
import styles from "./Chat.module.css";

const ASKS = ["chat.ask.parcel", "chat.ask.stock", "chat.ask.angry", "chat.ask.payment"] as const;
const LONGEST = 2000;

export default function Chat(): ReactNode {
  const { t } = useWords();
  const chat = useChat();
  const [text, setText] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const count = chat.lines.length;
  useEffect(() => {
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  const send = (words: string) => {
    chat.send(words);
    setText("");
  };
  return (
    <div className={styles.page}>
      <PageHead title={t("worlds.title")} about={t("chat.about")}>
        <Tabs />
      </PageHead>
      <div className={styles.parts}>
        <Panel
          title={t("chat.title")}
          note={<Tone tone={chat.open ? "good" : "warn"}>{t(chat.open ? "chat.open" : "chat.again")}</Tone>}
          actions={
            <Button size="small" onClick={chat.anew}>
              {t("chat.anew")}
            </Button>
          }
          flush
        >
          <div className={styles.chat}>
            <div className={styles.lines} role="log" aria-label={t("chat.log")} tabIndex={0}>
              {count ? (
                chat.lines.map((line) => <Bubble key={line.id} line={line} />)
              ) : (
                <Empty title={t("chat.empty")}>{t("chat.empty.what")}</Empty>
              )}
              <div ref={end} />
            </div>
            <div className={styles.asks}>
              {ASKS.map((ask) => (
                <Button key={ask} size="small" shape="round" onClick={() => send(t(ask))}>
                  {t(ask)}
                </Button>
              ))}
            </div>
            <form
              className={styles.form}
              onSubmit={(event) => {
                event.preventDefault();
                send(text);
              }}
            >
              <Input aria-label={t("chat.write")} placeholder={t("chat.write")} value={text} maxLength={LONGEST} onChange={(event) => setText(event.target.value)} autoComplete="off" />
              <Button type="primary" htmlType="submit" icon={<SendOutlined />} disabled={!text.trim()}>
                {t("chat.send")}
              </Button>
            </form>
          </div>
        </Panel>
        <ChatBehind session={chat.session} />
      </div>
    </div>
  );
}

function Bubble({ line }: { line: ChatLine }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  return (
    <div className={`${styles.bubble} ${styles[line.author] ?? ""}`} data-author={line.author}>
      <p>{line.error ? say(line.error) : line.text}</p>
      <small>
        {t(`chat.author.${line.author}`)}
        {line.at ? ` · ${format.time(line.at, true)}` : ""}
      </small>
    </div>
  );
}
