// Keyboard: plain keys that do something on a page, silent while a person writes or a dialog is open.
import { useEffect, useRef } from "react";

type Doing = (event: KeyboardEvent) => void;

// What Enter presses by itself: a page's own Enter does not take that away from who goes by Tab.
const PRESSED = "button, a[href], summary, [role='button'], [role='tab'], [role='radio'], [role='link']";
const WRITING = "input, textarea, select, [contenteditable='true'], [role='combobox'], .cm-editor";

/**
 * Keys by name ("j", "Enter", "?", "mod+k", "shift+x") → what they do. A key that does something is not passed on.
 *
 * Only `mod+…` works while a person writes; nothing works while a modal dialog is open.
 */
export function useKeys(keys: Readonly<Record<string, Doing>>, on = true): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!on) return;
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const mod = event.metaKey || event.ctrlKey;
      const name = `${mod ? "mod+" : ""}${event.shiftKey && event.key.length === 1 && /[a-z]/i.test(event.key) ? "shift+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
      const doing = latest.current[name];
      if (!doing || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (!mod && target?.closest(WRITING)) return;
      if (name === "Enter" && target?.closest(PRESSED)) return;
      if (!mod && document.querySelector("[role='dialog'][aria-modal='true']")) return;
      event.preventDefault();
      doing(event);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [on]);
}
