// Where an answer is written: the browser keeps what is typed, ⌘Enter sends it once, and whoever may not write reads why.
import { Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type ReactNode, type Ref, useImperativeHandle, useRef, useState } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Composer.module.css";

const LONGEST = 4000;

export interface ComposerHandle {
  readonly focus: () => void;
  /** Put a text in: at the end of what is written, or alone. */
  readonly insert: (text: string) => void;
}

export interface ComposerProps {
  readonly handle: Ref<ComposerHandle>;
  /** Why nothing may be written; empty: it may. */
  readonly closed: string;
  /** What is kept from before, and who keeps it. */
  readonly kept: string;
  readonly onKeep: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onMacros: () => void;
  readonly onLeave: () => void;
}

export function Composer({ handle, closed, kept, onKeep, onSend, onMacros, onLeave }: ComposerProps): ReactNode {
  const { t } = useWords();
  const area = useRef<TextAreaRef>(null);
  const [text, setText] = useState(kept);
  const write = (now: string) => {
    setText(now);
    onKeep(now);
  };
  useImperativeHandle(handle, () => ({
    focus: () => area.current?.focus({ cursor: "end" }),
    insert: (more: string) => {
      write(text.trim() ? `${text.trimEnd()}\n${more}` : more);
      requestAnimationFrame(() => area.current?.focus({ cursor: "end" }));
    },
  }));
  const send = () => {
    const ready = text.trim();
    if (!ready || closed) return;
    write("");
    onSend(ready);
  };
  return (
    <div className={styles.composer}>
      <Input.TextArea
        ref={area}
        value={text}
        rows={3}
        maxLength={LONGEST}
        disabled={Boolean(closed)}
        aria-label={t("service.reply")}
        placeholder={closed || t("service.reply.hint")}
        className={styles.area}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
            event.preventDefault();
            send();
          } else if (event.key === "Escape") {
            event.preventDefault();
            area.current?.blur();
            onLeave();
          }
        }}
      />
      <div className={styles.foot}>
        <Button size="small" type="text" disabled={Boolean(closed)} onClick={onMacros}>
          {t("service.macros")} <Keys keys="M" />
        </Button>
        <span className={styles.count}>{text.length > LONGEST * 0.8 ? `${text.length}/${LONGEST}` : ""}</span>
        <Button type="primary" disabled={Boolean(closed) || !text.trim()} onClick={send}>
          {t("service.send")} <Keys keys="mod+Enter" />
        </Button>
      </div>
    </div>
  );
}
