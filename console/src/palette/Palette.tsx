// The palette (⌘K): finds anything and acts on it, by keyboard alone.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { onOpen } from "./opening.ts";
import styles from "./Palette.module.css";
import { asking } from "./useFound.ts";

const load = () => import("./PaletteDialog.tsx");
const PaletteDialog = lazy(async () => ({ default: (await load()).PaletteDialog }));
const WARM_MS = 1500; // after the page has what it shows: the shop and this page get ready before anybody types

export function Palette(): ReactNode {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const before = useRef<HTMLElement | null>(null);
  const router = useRouter();
  const client = useQueryClient();
  useEffect(() => {
    const timer = setTimeout(() => {
      void client.prefetchQuery(asking(""));
      void load().catch(() => {}); // opening it tries again
    }, WARM_MS);
    return () => clearTimeout(timer);
  }, [client]);

  const show = (text: string) => {
    before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setTyped(text);
    setOpen(true);
  };
  const hide = (back = true) => {
    setOpen(false);
    // Whoever only looked goes on where they were; whoever went somewhere begins at that page.
    if (back && before.current?.isConnected) before.current.focus({ preventScroll: true });
  };
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => onOpen((text) => latest.current(text)), []);
  useKeys({ "mod+k": () => (open ? hide() : show("")), "/": () => show("") });

  if (!open) return null;
  return (
    <Suspense fallback={<Line typed={typed} onType={setTyped} onClose={hide} />}>
      <PaletteDialog
        typed={typed}
        onType={setTyped}
        onClose={hide}
        onGo={(to) => {
          hide(false);
          router.history.push(to);
        }}
      />
    </Suspense>
  );
}

/** The line to type in while the rest of the palette is on its way: no letter is lost. */
function Line({ typed, onType, onClose }: { typed: string; onType: (text: string) => void; onClose: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <div className={styles.veil}>
      <div className={styles.palette} aria-busy="true">
        <div className={styles.line}>
          <input
            className={styles.input}
            aria-label={t("palette.label")}
            placeholder={t("palette.hint")}
            value={typed}
            maxLength={400}
            autoFocus
            onChange={(event) => onType(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && onClose()}
          />
        </div>
      </div>
    </div>
  );
}
