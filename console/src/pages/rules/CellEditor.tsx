// Editing one cell: its text, and below it what the column takes, to pick from; both always say the same.
import { Button, Checkbox, Input, InputNumber, Select, Switch } from "antd";
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import type { Field } from "./api.ts";
import { type Atom, fits, literal, parse, quoted, type Span, write } from "./cells.ts";
import styles from "./CellEditor.module.css";
import type { Column } from "./editing.ts";
import type { Speaker } from "./speaking.ts";

export interface CellEditorProps {
  readonly column: Column;
  readonly field: Field | undefined;
  readonly speaker: Speaker;
  readonly text: string;
  readonly label: string;
  readonly anchor: () => Element | null;
  /** The new text (null: leave it as it was), and where the keyboard goes: rows, columns. */
  readonly onDone: (text: string | null, move: [number, number]) => void;
}

export function CellEditor({ column, field, speaker, text: first, label, anchor, onDone: done }: CellEditorProps): ReactNode {
  const { t } = useWords();
  const [text, setText] = useState(first);
  const [place, setPlace] = useState<DOMRect | null>(null);
  const over = useRef(false);
  // Leaving by a key takes the focus away, which would leave a second time.
  const onDone: CellEditorProps["onDone"] = (kept, move) => {
    if (over.current) return;
    over.current = true;
    done(kept, move);
  };
  const input = useRef<HTMLInputElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    setPlace(anchor()?.getBoundingClientRect() ?? null);
  }, []);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(first.length, first.length);
  }, [place !== null]);
  const words = field?.words?.map((one) => one.value) ?? [];
  const doubt = column.side !== "when" || !text.trim() ? null : fits(text, field?.kind ?? "other", words);
  const hear = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onDone(null, [0, 0]);
    else if (event.key === "Enter" && event.target === input.current) onDone(text, [event.shiftKey ? -1 : 1, 0]);
    else if (event.key === "Tab" && event.target === input.current) onDone(text, [0, event.shiftKey ? -1 : 1]);
    else if (event.key === "ArrowDown" && event.target === input.current) panel.current?.querySelector<HTMLElement>("input, button, [role=combobox]")?.focus();
    else return;
    event.preventDefault();
  };
  if (!place) return null;
  const below = place.bottom + 260 < window.innerHeight;
  return createPortal(
    <div
      className={styles.editor}
      style={{ left: Math.min(place.left, window.innerWidth - 348), ...(below ? { top: place.top } : { bottom: window.innerHeight - place.bottom }), flexDirection: below ? "column" : "column-reverse" }}
      onKeyDown={hear}
      onBlur={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Element && (event.currentTarget.contains(to) || to.closest(".ant-select-dropdown"))) return;
        if (to === null && document.activeElement !== document.body) return;
        onDone(text, [0, 0]);
      }}
    >
      <input ref={input} className={styles.input} style={{ minWidth: Math.max(place.width, column.side === "note" ? 340 : 200), height: place.height }} aria-label={label} value={text} onChange={(event) => setText(event.target.value)} spellCheck={column.side === "note"} />
      {column.side === "note" ? null : (
        <div ref={panel} className={styles.panel}>
          <div className={styles.preview}>
            {doubt === false ? <span className={styles.wrong}>⚠ {t("rules.cell.never")}</span> : <span>{preview(column, text, speaker)}</span>}
          </div>
          {column.side === "when" ? <Condition field={field} text={text} speaker={speaker} onText={setText} /> : <Result field={field} text={text} speaker={speaker} onText={setText} />}
          <div className={styles.foot}>
            <Keys keys="Enter" /> {t("rules.cell.keep")} <Keys keys="Esc" /> {t("rules.cell.leave")} <Keys keys="↓" /> {t("rules.cell.pick")}
            <Button size="small" type="primary" onClick={() => onDone(text, [0, 0])}>
              {t("rules.cell.ok")}
            </Button>
          </div>
        </div>
      )}
    </div>,
    document.body,
  );
}

function preview(column: Column, text: string, speaker: Speaker): string {
  if (column.side === "then") return `${speaker.field(column.field)}: ${speaker.result(column.field, text)}`;
  return text.trim() ? speaker.condition(column.field, text) : speaker.short(column.field, "");
}

interface PartProps {
  readonly field: Field | undefined;
  readonly text: string;
  readonly speaker: Speaker;
  readonly onText: (text: string) => void;
}

function Condition(props: PartProps): ReactNode {
  const { t } = useWords();
  const { field, text, speaker, onText } = props;
  const atoms = parse(text);
  if (!field || atoms === null) return <p className={styles.hint}>{t("rules.cell.formula")}</p>;
  if (field.kind === "bool") return <Choice value={text.trim()} options={["", "true", "false"]} name={(one) => (one ? speaker.value(field.name, one === "true") : t("rules.any"))} onText={onText} />;
  if (field.words?.length) {
    const chosen = atoms.flatMap((one) => (one.kind === "word" && typeof one.value === "string" && !one.differs ? [one.value] : []));
    if (atoms.some((one) => one.kind === "word" && one.differs)) return <p className={styles.hint}>{t("rules.cell.except")}</p>;
    return (
      <Checkbox.Group
        className={styles.checks}
        value={chosen}
        options={field.words.map((one) => ({ value: one.value, label: speaker.value(field.name, one.value) }))}
        onChange={(values) => onText(field.words!.map((one) => one.value).filter((one) => values.includes(one)).map(quoted).join(", "))}
      />
    );
  }
  if (field.kind === "str") return <Input value={atoms.map((one) => (one.kind === "word" ? String(one.value) : "")).join(", ")} aria-label={t("rules.cell.texts")} placeholder={t("rules.cell.texts")} onChange={(event) => onText(event.target.value.split(/[,，]/).map((one) => one.trim()).filter(Boolean).map(quoted).join(", "))} />;
  return atoms.length < 2 ? <Numbers atom={atoms[0]} onText={onText} unit={field.unit} /> : <p className={styles.hint}>{t("rules.cell.several")}</p>;
}

type Shape = "any" | "eq" | "ne" | "ge" | "gt" | "le" | "lt" | "in";
const SHAPES: readonly Shape[] = ["any", "ge", "gt", "le", "lt", "eq", "ne", "in"];

function shapeOf(atom: Atom | undefined): Shape {
  if (atom?.kind !== "span") return "any";
  if (atom.high === null) return atom.lowIn ? "ge" : "gt";
  if (atom.low === null) return atom.highIn ? "le" : "lt";
  return atom.low === atom.high && atom.lowIn && atom.highIn ? (atom.differs ? "ne" : "eq") : "in";
}

function Numbers({ atom, unit, onText }: { atom: Atom | undefined; unit: string; onText: (text: string) => void }): ReactNode {
  const { t } = useWords();
  const span = atom?.kind === "span" ? atom : null;
  const shape = shapeOf(atom);
  const low = span?.low ?? span?.high ?? 1;
  const high = span?.high ?? low + 1;
  const made = (to: Shape, from: number, until: number, lowIn = true, highIn = false): string => {
    const at = (parts: Partial<Span>) => write([{ kind: "span", low: from, high: from, lowIn: true, highIn: true, differs: false, ...parts }]);
    const all: Record<Shape, () => string> = {
      any: () => "", eq: () => at({}), ne: () => at({ differs: true }), ge: () => at({ high: null }), gt: () => at({ high: null, lowIn: false }),
      le: () => at({ low: null }), lt: () => at({ low: null, highIn: false }), in: () => at({ high: Math.max(until, from + (until === from ? 1 : 0)), lowIn, highIn }),
    };
    return all[to]();
  };
  const one = shape === "le" || shape === "lt" ? (span?.high ?? 1) : low;
  return (
    <div className={styles.numbers}>
      <Select<Shape> aria-label={t("rules.cell.shape")} value={shape} options={SHAPES.map((value) => ({ value, label: t(`rules.shape.${value}`) }))} onChange={(to) => onText(made(to, one, high))} style={{ width: 132 }} />
      {shape === "any" ? null : <InputNumber aria-label={t("rules.cell.number")} value={one} onChange={(value) => value !== null && onText(made(shape, value, high, span?.lowIn, span?.highIn))} style={{ width: 92 }} />}
      {shape === "in" ? <InputNumber aria-label={t("rules.cell.until")} value={high} onChange={(value) => value !== null && onText(made("in", low, value, span?.lowIn, span?.highIn))} style={{ width: 92 }} /> : null}
      {shape === "in" ? (
        <span className={styles.ends}>
          <Switch size="small" checked={span?.lowIn ?? true} onChange={(on) => onText(made("in", low, high, on, span?.highIn))} aria-label={t("rules.cell.low_in")} /> {t("rules.cell.low_in")}
          <Switch size="small" checked={span?.highIn ?? false} onChange={(on) => onText(made("in", low, high, span?.lowIn, on))} aria-label={t("rules.cell.high_in")} /> {t("rules.cell.high_in")}
        </span>
      ) : null}
      {unit === "money" ? <p className={styles.hint}>{t("rules.cell.minor")}</p> : null}
    </div>
  );
}

function Result({ field, text, speaker, onText }: PartProps): ReactNode {
  const { t } = useWords();
  const fixed = literal(text);
  if (!field) return null;
  if (field.kind === "bool" && fixed !== undefined) return <Choice value={text.trim()} options={field.required ? ["true", "false"] : ["", "true", "false"]} name={(one) => (one ? speaker.value(field.name, one === "true") : t("rules.usual"))} onText={onText} />;
  if (field.words?.length && fixed !== undefined) return <Choice value={text.trim()} options={field.words.map((one) => quoted(one.value))} name={(one) => speaker.value(field.name, literal(one))} onText={onText} />;
  if (fixed === undefined) return <p className={styles.hint}>{t("rules.cell.computed")}</p>;
  return <p className={styles.hint}>{field.unit === "money" ? t("rules.cell.minor") : field.unit === "share" ? t("rules.cell.share") : t("rules.cell.plain")}</p>;
}

function Choice({ value, options, name, onText }: { value: string; options: readonly string[]; name: (one: string) => string; onText: (text: string) => void }): ReactNode {
  return (
    <div className={styles.choice} role="radiogroup">
      {options.map((one) => (
        <Button key={one} size="small" role="radio" aria-checked={value === one} type={value === one ? "primary" : "default"} onClick={() => onText(one)}>
          {name(one)}
        </Button>
      ))}
    </div>
  );
}
