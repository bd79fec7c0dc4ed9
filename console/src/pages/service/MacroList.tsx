// The list of macros: searched by name and words, shown with its blanks filled before one is taken.
import { useQuery } from "@tanstack/react-query";
import { Button, Input, type InputRef } from "antd";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { get } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, at, type Filled, type Macro } from "./data.ts";
import { MACROS, useForget, useMayWrite } from "./macros.ts";
import styles from "./Macros.module.css";
import { Sure } from "./Sure.tsx";

export interface MacroListProps {
  readonly talk: string;
  readonly language: string;
  /** The macro that is chosen at first; empty: the first one. */
  readonly first: string;
  readonly onDone: (text: string) => void;
  readonly onWrite: (macro: Macro | null) => void;
}

export function MacroList({ talk, language, first, onDone, onWrite }: MacroListProps): ReactNode {
  const { t, say } = useWords();
  const mayWrite = useMayWrite();
  const forget = useForget();
  const search = useRef<InputRef>(null);
  const list = useQuery({ queryKey: MACROS, queryFn: () => get<Macro[]>("/service/macros") });
  const [typed, setTyped] = useState("");
  const [id, setId] = useState(first);
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const found = useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    return (list.data ?? []).filter((one) => [one.macro_id, one.name.en, one.name.zh, one.text.en, one.text.zh].join(" ").toLowerCase().includes(wanted));
  }, [list.data, typed]);
  const chosen = found.find((one) => one.macro_id === id) ?? found[0];
  const choose = (one: Macro | undefined) => {
    if (!one || one.macro_id === chosen?.macro_id) return;
    setId(one.macro_id);
    setSure(false);
  };
  const move = (by: number) => choose(found[Math.max(0, Math.min(found.length - 1, (chosen ? found.indexOf(chosen) : 0) + by))]);
  const filled = useQuery({
    queryKey: [AREA, "macro", talk, chosen?.macro_id, chosen?.updated_at],
    queryFn: () => get<Filled>(at(talk, `/macros/${encodeURIComponent(chosen?.macro_id ?? "")}`)),
    enabled: chosen !== undefined,
  });
  const words = filled.data ? (language.startsWith("zh") ? filled.data.text.zh || filled.data.text.en : language.startsWith("en") ? filled.data.text.en || filled.data.text.zh : say(filled.data.text)) : "";
  const remove = async (macro: Macro) => {
    setSure(false);
    setProblem(null);
    search.current?.focus();
    await forget(macro).catch(setProblem);
  };
  return (
    <>
      <div className={styles.head}>
        <Input
          ref={search}
          autoFocus
          // The browser keeps what is typed: a field that React writes back loses letters while the dialog still opens.
          defaultValue=""
          placeholder={t("service.macros.search")}
          aria-label={t("service.macros.search")}
          onChange={(event) => {
            setTyped(event.target.value);
            setId("");
            setSure(false);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "ArrowDown") move(1);
            else if (event.key === "ArrowUp") move(-1);
            else if (event.key === "Enter" && words && filled.data?.macro_id === chosen?.macro_id) onDone(words);
            else return;
            event.preventDefault();
          }}
        />
        {mayWrite ? <Button onClick={() => onWrite(null)}>{t("service.macros.new")}</Button> : null}
      </div>
      <ErrorNote error={problem ?? list.error ?? filled.error} />
      <div className={styles.both}>
        <ul className={styles.list} role="listbox" aria-label={t("service.macros")}>
          {found.map((one) => (
            <li key={one.macro_id} role="option" aria-selected={one === chosen} className={`${styles.one} ${one === chosen ? styles.chosen : ""}`} onMouseMove={() => !sure && choose(one)} onClick={() => (one !== chosen ? choose(one) : words && onDone(words))}>
              {say(one.name) || one.name.zh}
            </li>
          ))}
        </ul>
        <div className={styles.side}>
          <div className={styles.preview} tabIndex={0} role="region" aria-label={t("service.macros.preview")}>
            {list.data && !list.data.length ? <Empty title={t("service.macros.none")}>{t("service.macros.none.about")}</Empty> : null}
            {list.data?.length && !found.length ? <p className={styles.missing}>{t("service.macros.unfound")}</p> : null}
            <p className={styles.text}>{words}</p>
            {filled.data?.missing.length ? <p className={styles.missing}>{t("service.macros.missing", { blanks: filled.data.missing.map((one) => `{${one}}`).join(" ") })}</p> : null}
          </div>
          {chosen && mayWrite ? (
            sure ? (
              <Sure text={t("service.macros.delete.sure", { name: say(chosen.name) || chosen.name.zh })} yes={t("service.macros.delete")} no={t("ui.cancel")} onYes={() => void remove(chosen)} onNo={() => setSure(false)} />
            ) : (
              <div className={styles.foot}>
                <span className={styles.quiet}>{t("service.macros.by", { by: chosen.by })}</span>
                <Button size="small" onClick={() => onWrite(chosen)}>{t("service.macros.edit")}</Button>
                <Button size="small" danger onClick={() => setSure(true)}>{t("service.macros.delete")}</Button>
              </div>
            )
          ) : null}
        </div>
      </div>
    </>
  );
}
