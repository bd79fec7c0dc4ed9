// Toasts: what was done, said once, with a way to take it back; read out by screen readers.
import { Button } from "antd";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { useWords } from "@/words/index.ts";
import styles from "./toast.module.css";

export interface Toast {
  readonly text: string;
  readonly tone?: "plain" | "good" | "bad";
  readonly action?: { readonly label: string; readonly do: () => void };
}

type Kept = Toast & { readonly id: number };
const SHOWN_MS = 5_000;
let toasts: readonly Kept[] = [];
let next = 1;
const watchers = new Set<() => void>();

function set(now: readonly Kept[]): void {
  toasts = now;
  for (const watcher of watchers) watcher();
}

/** Say something for a few seconds. */
export function toast(said: Toast): void {
  set([...toasts.slice(-2), { ...said, id: next++ }]);
}

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};

/** Where toasts appear; the shell has one. */
export function Toasts(): ReactNode {
  const now = useSyncExternalStore(watch, () => toasts);
  return (
    <div className={styles.place} role="status" aria-live="polite">
      {now.map((one) => (
        <One key={one.id} said={one} />
      ))}
    </div>
  );
}

function One({ said }: { said: Kept }): ReactNode {
  const { t } = useWords();
  const leave = () => set(toasts.filter((one) => one.id !== said.id));
  useEffect(() => {
    const timer = setTimeout(leave, said.action || said.tone === "bad" ? 2 * SHOWN_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className={`${styles.toast} ${styles[said.tone ?? "plain"] ?? ""}`}>
      <span>{said.text}</span>
      {said.action ? (
        <Button
          size="small"
          type="link"
          onClick={() => {
            said.action?.do();
            leave();
          }}
        >
          {said.action.label}
        </Button>
      ) : null}
      <button type="button" className={styles.close} onClick={leave} aria-label={t("ui.close")}>
        ×
      </button>
    </div>
  );
}
