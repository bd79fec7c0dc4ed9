// The keys of the stock list, and what its columns mean.
import type { ReactNode } from "react";
import { KeysDialog } from "@/ui/KeysDialog.tsx";
import { useWords } from "@/words/index.ts";

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const keys: [string[], string][] = [
    [["J", "K"], t("stock.keys.move")],
    [["Enter"], t("stock.keys.open")],
    [["E"], t("stock.edit.forecast")],
    [["O"], t("stock.keys.order")],
    [["A"], t("stock.keys.approve")],
    [["U"], t("stock.keys.undo")],
    [["/"], t("stock.filter.text")],
    [["?"], t("stock.keys.help")],
  ];
  return <KeysDialog open={open} title={t("stock.keys")} keys={keys} note={t("stock.help.stake")} onClose={onClose} />;
}
