// Macros: texts that people answer with often, taken from a list or written by those who may.
import { Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "@/words/index.ts";
import type { Macro } from "./data.ts";
import { MacroEditor } from "./MacroEditor.tsx";
import { MacroList } from "./MacroList.tsx";

export interface MacrosProps {
  readonly talk: string;
  /** The customer's language, as the conversation knows it. */
  readonly language: string;
  readonly onDone: (text: string) => void;
  readonly onClose: () => void;
}

/** What the dialog shows: the list, with what is chosen in it, or one macro that is written (null: a new one). */
type View = { readonly list: string } | { readonly write: Macro | null };

export function Macros({ talk, language, onDone, onClose }: MacrosProps): ReactNode {
  const { t } = useWords();
  const [view, setView] = useState<View>({ list: "" });
  // Escape, the cross and the mask ask the editor first: it may hold words that nobody has kept.
  const [leaving, setLeaving] = useState(0);
  const writing = "write" in view;
  const title = t(!writing ? "service.macros" : view.write ? "service.macros.change" : "service.macros.new");
  return (
    <Modal open title={title} footer={null} width={720} mask={{ closable: !writing }} onCancel={() => (writing ? setLeaving(leaving + 1) : onClose())}>
      {writing ? (
        <MacroEditor key={view.write?.macro_id ?? ""} macro={view.write} leaving={leaving} onLeave={(id) => (setLeaving(0), setView({ list: id }))} />
      ) : (
        <MacroList talk={talk} language={language} first={view.list} onDone={onDone} onWrite={(write) => setView({ write })} />
      )}
    </Modal>
  );
}
