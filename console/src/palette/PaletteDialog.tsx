// The open palette: one line to type in, and the list that it moves through; the focus never leaves the line.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import { folded, type Hit, type Item } from "./items.ts";
import { PaletteList } from "./PaletteList.tsx";
import styles from "./Palette.module.css";
import { remember } from "./recent.ts";
import { useDoing } from "./useDoing.ts";
import { useFound } from "./useFound.ts";
import { useHitItems } from "./useHitItems.ts";
import { useOwnItems } from "./useOwnItems.ts";

interface Refusing {
  readonly hit: Hit;
  readonly named: string;
}

export interface PaletteDialogProps {
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onClose: () => void;
  readonly onGo: (to: string) => void;
}

export function PaletteDialog({ typed, onType, onClose, onGo }: PaletteDialogProps): ReactNode {
  const { t } = useWords();
  const id = useId();
  const line = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const [refusing, setRefusing] = useState<Refusing | null>(null);
  const doing = useDoing();
  const found = useFound(refusing ? "" : typed, true);
  const waiting = useFound("", true).hits.filter((hit) => hit.kind === "decision");
  const hits = useHitItems(found.hits, typed, onGo, doing);
  const own = useOwnItems(refusing ? "" : typed, true, waiting, onGo, doing, (hit, named) => {
    setRefusing({ hit, named });
    onType("");
  });
  const items = useMemo(() => arranged(typed, hits, own, found.busy), [typed, hits, own, found.busy]);
  const chosen = Math.min(at, items.length - 1);

  useEffect(() => line.current?.focus(), []);
  useEffect(() => setAt(0), [typed]);

  const run = (item: Item | undefined) => {
    if (!item) return;
    if (item.to) remember({ title: item.title, detail: item.detail ?? "", to: item.to });
    const stays = item.id === "do/refuse";
    void item.run();
    if (!item.to && !stays && item.group !== "palette.group.pages") onClose();
  };
  const hear = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // an input method is still choosing characters
    const keys: Record<string, () => void> = {
      ArrowDown: () => setAt(items.length ? (chosen + 1) % items.length : 0),
      ArrowUp: () => setAt(items.length ? (chosen - 1 + items.length) % items.length : 0),
      PageDown: () => setAt(Math.max(0, Math.min(items.length - 1, chosen + 8))),
      PageUp: () => setAt(Math.max(0, chosen - 8)),
      Tab: () => {
        const second = items[chosen]?.second;
        if (second && !refusing) {
          void second.run();
          onClose();
        }
      },
      Enter: () => {
        if (!refusing) run(items[chosen]);
        else if (typed.trim()) {
          void doing.verdict("refuse", refusing.hit.id, refusing.named, typed.trim());
          onClose();
        }
      },
      Escape: () => {
        if (refusing) setRefusing(null);
        else if (typed) onType("");
        else onClose();
      },
    };
    const doingIt = keys[event.key];
    if (!doingIt) return;
    event.preventDefault();
    event.stopPropagation();
    doingIt();
  };

  const second = items[chosen]?.second;
  return (
    <div className={styles.veil} onMouseDown={(event) => event.target === event.currentTarget && onClose()}>
      <div className={styles.palette} role="dialog" aria-modal="true" aria-label={t("palette.label")} onKeyDown={hear}>
        {refusing ? <p className={styles.asking}>{t("palette.why", { what: refusing.named })}</p> : null}
        <div className={styles.line}>
          <input
            ref={line}
            className={styles.input}
            type="text"
            role="combobox"
            aria-label={refusing ? t("palette.reason") : t("palette.label")}
            aria-expanded={!refusing}
            aria-controls={`${id}list`}
            aria-autocomplete="list"
            aria-activedescendant={!refusing && items.length ? `${id}${chosen}` : undefined}
            placeholder={refusing ? t("palette.reason") : t("palette.hint")}
            value={typed}
            maxLength={refusing ? 1000 : 400}
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            onChange={(event) => onType(event.target.value)}
          />
          <button type="button" className={styles.close} tabIndex={-1} onMouseDown={(event) => event.preventDefault()} onClick={onClose} aria-label={t("palette.close")}>
            <Keys keys="Esc" />
            <span className={styles.cross} aria-hidden="true">
              ×
            </span>
          </button>
        </div>
        {found.error ? <ErrorNote error={found.error} /> : null}
        {refusing ? null : <PaletteList id={id} items={items} chosen={chosen} typed={typed} busy={found.busy} onChoose={setAt} onRun={run} />}
        <p className={styles.foot} aria-hidden="true">
          <span>
            <Keys keys="↑" /> <Keys keys="↓" /> {t("palette.key.move")}
          </span>
          <span>
            <Keys keys="Enter" /> {t(refusing ? "palette.key.refuse" : "palette.key.open")}
          </span>
          {second && !refusing ? (
            <span>
              <Keys keys="Tab" /> {second.label}
            </span>
          ) : null}
        </p>
      </div>
    </div>
  );
}

/** Items in the order in which they help: an exact id, then actions and pages that are meant, then everything else. */
function arranged(typed: string, hits: readonly Item[], own: ReturnType<typeof useOwnItems>, busy: boolean): Item[] {
  if (!folded(typed)) return [...own.recent, ...hits, ...own.actions, ...own.pages];
  const exact = hits.filter((one) => one.group === "palette.kind.exact");
  const others = hits.filter((one) => one.group !== "palette.kind.exact");
  const query = /^\s*(select|with|from|describe|show|summarize)\b/i.test(typed) ? own.sql : [];
  return [...query, ...exact, ...own.actions, ...own.pages, ...others, ...(query.length || busy ? [] : own.sql)];
}
