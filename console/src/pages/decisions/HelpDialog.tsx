// The keys of this page.
import type { ReactNode } from "react";
import { KeysDialog } from "@/ui/KeysDialog.tsx";
import { useWords } from "@/words/index.ts";

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const keys: [string[], string][] = [
    [["J", "K"], t("decisions.keys.move")],
    [["Enter"], t("decisions.keys.open")],
    [["A"], t("decisions.approve")],
    [["E"], t("decisions.adjust")],
    [["R"], t("decisions.refuse")],
    [["U"], t("decisions.undo")],
    [["X"], t("decisions.keys.mark")],
    [["Shift+X"], t("decisions.keys.range")],
    [["N"], t("decisions.keys.fresh")],
    [["Esc"], t("decisions.keys.clear")],
    [["?"], t("decisions.keys.help")],
  ];
  return <KeysDialog open={open} title={t("decisions.keys")} keys={keys} note={t("decisions.keys.silent")} onClose={onClose} />;
}
