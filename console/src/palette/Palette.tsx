// The palette (⌘K): finds anything and acts on it, by keyboard alone.
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useKeys } from "@/ui/useKeys.ts";
import { onOpen } from "./opening.ts";
import { PaletteDialog } from "./PaletteDialog.tsx";
import { asking } from "./useFound.ts";

const WARM_MS = 1500; // after the page has what it shows: the shop gets its names ready before anybody types

export function Palette(): ReactNode {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const before = useRef<HTMLElement | null>(null);
  const router = useRouter();
  const client = useQueryClient();
  useEffect(() => {
    const timer = setTimeout(() => void client.prefetchQuery(asking("")), WARM_MS);
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
    <PaletteDialog
      typed={typed}
      onType={setTyped}
      onClose={hide}
      onGo={(to) => {
        hide(false);
        router.history.push(to);
      }}
    />
  );
}
