// The thread: bubbles of the customer, the bot and people, with channel, time and delivery; it stays at its end while one reads there.
import { Button } from "antd";
import { type ReactNode, useLayoutEffect, useMemo, useRef } from "react";
import { ApiError } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { Said, TalkData } from "./data.ts";
import { lines, type Unsent } from "./lines.ts";
import styles from "./Thread.module.css";

const TONES: Readonly<Record<string, ToneName>> = { sent: "plain", on_its_way: "info", held: "accent", refused: "bad", failed: "bad", unclear: "warn", withdrawn: "plain" };
const NEAR_PX = 80;

export interface ThreadProps {
  readonly talk: TalkData;
  readonly unsent: readonly Unsent[];
  readonly onAgain: (one: Unsent) => void;
  readonly onDrop: (one: Unsent) => void;
}

export function Thread({ talk, unsent, onAgain, onDrop }: ThreadProps): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = useMemo(() => lines(talk.messages, (at) => format.date(at)), [talk.messages, format]);
  const last = `${talk.messages[talk.messages.length - 1]?.message_id ?? ""} ${unsent.length}`;
  useLayoutEffect(() => {
    if (place.current && atEnd.current) place.current.scrollTop = place.current.scrollHeight;
  }, [last]);
  const follow = () => {
    const one = place.current;
    if (one) atEnd.current = one.scrollHeight - one.scrollTop - one.clientHeight < NEAR_PX;
  };
  return (
    <div ref={place} className={styles.place} onScroll={follow} tabIndex={0} role="log" aria-label={t("service.thread")}>
      <ol className={styles.lines}>
        {shown.map((line) =>
          line.kind === "day" ? (
            <li key={line.id} className={styles.day}>
              <span>{format.date(line.at)}</span>
            </li>
          ) : line.kind === "channel" ? (
            <li key={line.id} className={styles.day}>
              <span>{t("service.continued", { channel: maybe(`ui.channel.${line.channel}`, line.channel) })}</span>
            </li>
          ) : (
            <Bubble key={line.id} said={line.said} />
          ),
        )}
        {unsent.map((one) => (
          <li key={one.key} className={`${styles.line} ${styles.ours}`}>
            <p className={`${styles.text} ${styles.pending}`}>{one.text}</p>
            <p className={styles.meta}>
              {one.problem ? (
                <>
                  <Tone tone="bad">{t("service.delivery.failed")}</Tone>
                  <Problem error={one.problem} />
                  <Button size="small" type="link" onClick={() => onAgain(one)}>{t("ui.again")}</Button>
                  <Button size="small" type="link" onClick={() => onDrop(one)}>{t("service.unsent.drop")}</Button>
                </>
              ) : (
                <Tone tone="info">{t("service.delivery.sending")}</Tone>
              )}
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Bubble({ said }: { said: Said }): ReactNode {
  const { t, maybe } = useWords();
  const theirs = said.author === "customer";
  const who = theirs ? "" : said.author === "bot" ? t("service.author.bot") : said.by || t("service.author.person");
  const gone = ["withdrawn", "refused", "failed"].includes(said.delivery);
  return (
    <li className={`${styles.line} ${theirs ? styles.theirs : styles.ours} ${said.author === "person" ? styles.person : ""}`} data-message={said.message_id}>
      <p className={`${styles.text} ${gone ? styles.gone : ""}`}>{said.text}</p>
      <p className={styles.meta}>
        {who ? <span>{who}</span> : null}
        <span>{maybe(`ui.channel.${said.channel}`, said.channel)}</span>
        <When at={said.at} style="time" />
        {said.delivery && said.delivery !== "sent" ? (
          <Tone tone={TONES[said.delivery] ?? "plain"}>{t(`service.delivery.${said.delivery}`)}</Tone>
        ) : said.delivery ? (
          <span title={t("service.delivery.sent")} aria-label={t("service.delivery.sent")} role="img">✓</span>
        ) : null}
        {said.decision_id && said.delivery !== "sent" ? <ThingLink kind="decision" id={said.decision_id}>{t("service.why")}</ThingLink> : null}
      </p>
    </li>
  );
}

function Problem({ error }: { error: unknown }): ReactNode {
  const { t, say } = useWords();
  return <span>{error instanceof ApiError ? `${say(error.text)} ${say(error.todo)}`.trim() : t("ui.error.unknown")}</span>;
}
