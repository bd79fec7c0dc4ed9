// One macro, written in both languages, with the blanks that tables fill at hand; what is wrong is told at its field.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ApiError, get } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { type Lang, type Text, useWords } from "@/words/index.ts";
import { AREA, type Macro } from "./data.ts";
import { chance, fieldOf, isChanged, keepMacro, LANGS, LONGEST_NAME, LONGEST_TEXT, type MacroBody, macroId, MACROS } from "./macros.ts";
import styles from "./MacroEditor.module.css";
import { Sure } from "./Sure.tsx";

export interface MacroEditorProps {
  /** The version that is changed; null: a new one is written. What comes from the server later takes back nothing. */
  readonly macro: Macro | null;
  /** Goes up by one whenever the dialog is to be left. */
  readonly leaving: number;
  /** Back to the list, with the macro that is chosen there; empty: none. */
  readonly onLeave: (id: string) => void;
}

const NOTHING: Text = { en: "", zh: "" };

export function MacroEditor({ macro, leaving, onLeave }: MacroEditorProps): ReactNode {
  const { t, say, lang } = useWords();
  const client = useQueryClient();
  const id = useId();
  const blanks = useQuery({ queryKey: [AREA, "blanks"], queryFn: () => get<Record<string, Text>>("/service/macros/blanks"), staleTime: Infinity });
  const [begun] = useState(chance);
  const [now, setNow] = useState<MacroBody>({ name: macro?.name ?? NOTHING, text: macro?.text ?? NOTHING, updated_at: macro?.updated_at ?? null });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<Macro | null>(null);
  const [asked, setAsked] = useState(false);
  const areas = useRef<Record<Lang, TextAreaRef | null>>({ en: null, zh: null });
  const changed = JSON.stringify([now.name, now.text]) !== JSON.stringify([macro?.name ?? NOTHING, macro?.text ?? NOTHING]);
  const leave = () => (changed ? setAsked(true) : onLeave(macro?.macro_id ?? ""));
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (leaving) latest.current();
  }, [leaving]);

  const write = (part: "name" | "text", which: Lang, text: string) => {
    setNow((before) => ({ ...before, [part]: { ...before[part], [which]: text } }));
    setAsked(false);
    if (fieldOf(problem).startsWith(part)) setProblem(null);
  };
  const insert = (into: Lang, blank: string) => {
    const area = areas.current[into]?.resizableTextArea?.textArea;
    const text = now.text[into];
    const [from, to] = area ? [area.selectionStart, area.selectionEnd] : [text.length, text.length];
    const whole = `${text.slice(0, from)}{${blank}}${text.slice(to)}`;
    if (whole.length > LONGEST_TEXT) return;
    write("text", into, whole);
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + blank.length + 2, from + blank.length + 2);
    });
  };
  const save = async (base: string | null) => {
    if (busy || (macro && !changed)) return;
    setBusy(true);
    setProblem(null);
    setTheirs(null);
    try {
      const kept = await keepMacro(macro?.macro_id ?? macroId(now.name.en, begun), { ...now, updated_at: base });
      await client.invalidateQueries({ queryKey: MACROS });
      toast({ text: t("service.macros.saved", { name: say(kept.name) || kept.name.zh }), tone: "good" });
      onLeave(kept.macro_id);
    } catch (error) {
      setProblem(error);
      setBusy(false);
      if (isChanged(error)) {
        const list = await client.fetchQuery({ queryKey: MACROS, queryFn: () => get<Macro[]>("/service/macros"), staleTime: 0 }).catch(() => []);
        setTheirs(list.find((one) => one.macro_id === macro?.macro_id) ?? null);
      } else document.getElementById(`${id}${wrongField(fieldOf(error), lang)}`)?.focus();
    }
  };
  const wrong = fieldOf(problem);
  const note = (field: string) =>
    problem instanceof ApiError && wrongField(wrong, lang) === field ? (
      <p id={`${id}${field}why`} role="alert" className={styles.wrong}>{say(problem.text)}{lang === "zh" ? "。" : ". "}{say(problem.todo)}</p>
    ) : null;
  const described = (field: string) => ({ id: `${id}${field}`, status: wrongField(wrong, lang) === field ? ("error" as const) : ("" as const), "aria-invalid": wrongField(wrong, lang) === field, "aria-describedby": wrongField(wrong, lang) === field ? `${id}${field}why` : undefined });
  const one = LANGS.find((which) => now.text[which].trim() && !now.text[which === "en" ? "zh" : "en"].trim());
  return (
    <form
      className={styles.form}
      aria-label={t(macro ? "service.macros.change" : "service.macros.new")}
      onSubmit={(event) => {
        event.preventDefault();
        void save(now.updated_at);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.nativeEvent.isComposing) return;
        event.preventDefault();
        void save(now.updated_at);
      }}
    >
      <div className={styles.both}>
        {LANGS.map((which) => (
          <div key={which} className={styles.half}>
            <label htmlFor={`${id}name.${which}`}>{t(`service.macros.name.${which}`)}</label>
            <Input {...described(`name.${which}`)} autoFocus={which === lang} value={now.name[which]} maxLength={LONGEST_NAME} lang={which} onChange={(event) => write("name", which, event.target.value)} />
            {note(`name.${which}`)}
            <label htmlFor={`${id}text.${which}`}>{t(`service.macros.text.${which}`)}</label>
            <Input.TextArea
              {...described(`text.${which}`)}
              ref={(area) => void (areas.current[which] = area)}
              value={now.text[which]}
              rows={7}
              maxLength={LONGEST_TEXT}
              lang={which}
             
              onChange={(event) => write("text", which, event.target.value)}
            />
            {note(`text.${which}`)}
            <div className={styles.blanks} role="group" aria-label={t(`service.macros.blanks.${which}`)}>
              {Object.entries(blanks.data ?? {}).map(([blank, what]) => (
                <Button key={blank} size="small" type="dashed" title={`{${blank}}`} onMouseDown={(event) => event.preventDefault()} onClick={() => insert(which, blank)}>{say(what)}</Button>
              ))}
            </div>
          </div>
        ))}
      </div>
      <ErrorNote error={blanks.error} again={() => void blanks.refetch()} />
      {one ? <p className={styles.quiet}>{t(`service.macros.only.${one}`)}</p> : null}
      {wrong || theirs ? null : <ErrorNote error={problem} />}
      {theirs ? (
        <div className={styles.theirs}>
          <p className={styles.quiet}>{t("service.macros.theirs", { by: theirs.by })}</p>
          {LANGS.map((which) => <p key={which} lang={which} className={styles.text}>{theirs.text[which]}</p>)}
          <div className={styles.foot}>
            <Button size="small" onClick={() => (setNow({ name: theirs.name, text: theirs.text, updated_at: theirs.updated_at }), setTheirs(null), setProblem(null))}>{t("service.macros.theirs.take")}</Button>
            <Button size="small" onClick={() => void save(theirs.updated_at)}>{t("service.macros.theirs.over")}</Button>
          </div>
        </div>
      ) : null}
      {asked ? (
        <Sure text={t("service.macros.unkept")} yes={t("service.macros.drop")} no={t("service.macros.stay")} onYes={() => onLeave(macro?.macro_id ?? "")} onNo={() => setAsked(false)} />
      ) : (
        <div className={styles.foot}>
          <Button onClick={leave}>{t("ui.cancel")}</Button>
          <Button type="primary" htmlType="submit" loading={busy} disabled={!changed}>{t("service.macros.save")}</Button>
        </div>
      )}
    </form>
  );
}

/** The field of the form that an error is told at: one that is about both languages is told in the reader's. */
function wrongField(where: string, lang: Lang): string {
  return where === "name" || where === "text" ? `${where}.${lang}` : where;
}
