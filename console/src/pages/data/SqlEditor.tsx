// The editor of SQL: CodeMirror in our colours, with the shop's own words, and errors marked where they are.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, completionStatus, selectedCompletion, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { sql, SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "@/words/index.ts";
import type { SqlWords } from "./api.ts";
import { completions, keywords } from "./complete.ts";
import { type Marked, spot } from "./spot.ts";
import styles from "./SqlEditor.module.css";

export interface SqlEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  readonly onSave: () => void;
  readonly words: SqlWords | undefined;
  readonly mark: Marked | null;
}

const NONCE = document.querySelector<HTMLMetaElement>("meta[name='csp-nonce']")?.content ?? "";
/** Only words that are always words of SQL: a column may well be called `day`. */
const DIALECT = SQLDialect.define({
  keywords: [...new Set(keywords().flatMap((one) => one.split(" ")))].join(" ").toLowerCase(),
  types: "varchar bigint integer double boolean date timestamp timestamptz time decimal hugeint json",
  doubleDollarQuotedStrings: false,
  identifierQuotes: '"',
  operatorChars: "+-*/<>=~!@#%^&|`?",
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--ll-series-1)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ll-series-2)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--ll-series-3)" },
  { tag: tags.comment, color: "var(--ll-text-third)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--ll-series-5)" },
]);

/** A word that is whole needs no completion: Enter begins a line then. */
function endWord(view: EditorView): boolean {
  const label = completionStatus(view.state) === "active" ? selectedCompletion(view.state)?.label : undefined;
  const at = view.state.selection.main.head;
  const word = /\w*$/.exec(view.state.sliceDoc(Math.max(0, at - 80), at))?.[0] ?? "";
  if (label && label.toLowerCase() === word.toLowerCase()) closeCompletion(view);
  return false;
}

export default function SqlEditor({ value, onChange, onRun, onSave, words, mark }: SqlEditorProps): ReactNode {
  const { t, say } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const completing = useRef(new Compartment());
  const typed = useRef(false);
  const latest = useRef({ onChange, onRun, onSave });
  latest.current = { onChange, onRun, onSave };

  useEffect(() => {
    if (!place.current) return;
    const run = () => (latest.current.onRun(), true);
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          NONCE ? EditorView.cspNonce.of(NONCE) : [],
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          sql({ dialect: DIALECT }),
          syntaxHighlighting(colours),
          placeholder(t("data.sql.placeholder")),
          // Before completion: its keys have the same weight, and the first one wins.
          Prec.highest(
            keymap.of([
              { key: "Mod-Enter", run },
              { key: "Enter", run: endWord },
              { key: "Tab", run: acceptCompletion },
              { key: "Mod-s", run: () => (latest.current.onSave(), true), preventDefault: true },
            ]),
          ),
          completing.current.of([]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": t("data.sql.editor"), "aria-multiline": "true" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.transactions.some((one) => one.isUserEvent("input.type"))) typed.current = true;
          }),
          // Escape, then Tab leaves the editor: nobody is caught in it.
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        ],
      }),
    });
    view.current = made;
    made.focus();
    return () => {
      made.destroy();
      view.current = null;
    };
    // Made once; what changes later is told to it below.
  }, []);

  useEffect(() => {
    const shown = view.current;
    if (shown && shown.state.doc.toString() !== value) shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    if (!words) return;
    const source = completions(words, say, (noun) => t(`data.kind.${noun}`));
    const editor = view.current;
    editor?.dispatch({ effects: completing.current.reconfigure(autocompletion({ override: [source], icons: false, interactionDelay: 0 })) });
    // Who was typing while the words were on their way is offered them now, not only with the next letter.
    if (editor?.hasFocus && typed.current && /[\w.]$/.test(editor.state.sliceDoc(0, editor.state.selection.main.head))) startCompletion(editor);
  }, [words, say, t]);

  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const at = mark ? spot(shown.state.doc.toString(), mark) : null;
    const found = mark && at ? [{ from: at.from, to: at.to, severity: "error" as const, message: mark.message }] : [];
    shown.dispatch(setDiagnostics(shown.state, found));
    if (at) shown.dispatch({ effects: EditorView.scrollIntoView(at.from, { y: "nearest" }) });
  }, [mark]);

  return <div ref={place} className={styles.editor} />;
}
