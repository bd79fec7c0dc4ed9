// Macros: texts that people answer with often, searched by name, shown with their blanks filled before they are taken.
import { useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { get } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, at, type Filled, type Macro } from "./data.ts";
import styles from "./Macros.module.css";

export interface MacrosProps {
  readonly talk: string;
  /** The customer's language, as the conversation knows it. */
  readonly language: string;
  readonly onDone: (text: string) => void;
  readonly onClose: () => void;
}

export function Macros({ talk, language, onDone, onClose }: MacrosProps): ReactNode {
  const { t, say } = useWords();
  const list = useQuery({ queryKey: [AREA, "macros"], queryFn: () => get<Macro[]>("/service/macros") });
  const [typed, setTyped] = useState("");
  const [at_, setAt] = useState(0);
  const found = useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    return (list.data ?? []).filter((one) => [one.macro_id, one.name.en, one.name.zh, one.text.en, one.text.zh].join(" ").toLowerCase().includes(wanted));
  }, [list.data, typed]);
  useEffect(() => setAt(0), [typed]);
  const chosen = found[Math.min(at_, found.length - 1)];
  const filled = useQuery({
    queryKey: [AREA, "macro", talk, chosen?.macro_id],
    queryFn: () => get<Filled>(at(talk, `/macros/${encodeURIComponent(chosen?.macro_id ?? "")}`)),
    enabled: chosen !== undefined,
  });
  const words = filled.data ? (language.startsWith("zh") ? filled.data.text.zh || filled.data.text.en : language.startsWith("en") ? filled.data.text.en || filled.data.text.zh : say(filled.data.text)) : "";
  return (
    <Modal open title={t("service.macros")} footer={null} onCancel={onClose} width={720}>
      <Input
        autoFocus
        // The browser keeps what is typed: a field that React writes back loses letters while the dialog still opens.
        defaultValue=""
        placeholder={t("service.macros.search")}
        aria-label={t("service.macros.search")}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at_ + 1));
          else if (event.key === "ArrowUp") setAt(Math.max(0, at_ - 1));
          else if (event.key === "Enter" && words && filled.data?.macro_id === chosen?.macro_id) onDone(words);
          else return;
          event.preventDefault();
        }}
      />
      <ErrorNote error={list.error ?? filled.error} />
      <div className={styles.both}>
        <ul className={styles.list} role="listbox" aria-label={t("service.macros")}>
          {found.map((one, n) => (
            <li key={one.macro_id} role="option" aria-selected={one === chosen} className={`${styles.one} ${one === chosen ? styles.chosen : ""}`} onMouseMove={() => setAt(n)} onClick={() => words && onDone(words)}>
              {say(one.name)}
            </li>
          ))}
        </ul>
        <div className={styles.preview}>
          {list.data && !list.data.length ? <Empty title={t("service.macros.none")}>{t("service.macros.none.about")}</Empty> : null}
          <p className={styles.text}>{words}</p>
          {filled.data?.missing.length ? <p className={styles.missing}>{t("service.macros.missing", { blanks: filled.data.missing.map((one) => `{${one}}`).join(" ") })}</p> : null}
        </div>
      </div>
    </Modal>
  );
}
