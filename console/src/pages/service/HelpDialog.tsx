// The keys of the desk.
import type { ReactNode } from "react";
import { KeysDialog } from "@/ui/KeysDialog.tsx";
import { useWords } from "@/words/index.ts";

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const keys: [string[], string][] = [
    [["J", "K"], t("service.keys.move")],
    [["Enter"], t("service.keys.open")],
    [["T"], t("service.do.take")],
    [["R"], t("service.keys.reply")],
    [["D"], t("service.draft.use")],
    [["A"], t("service.keys.approve")],
    [["M"], t("service.macros")],
    [["mod+Enter"], t("service.send")],
    [["B"], t("service.do.hand-back")],
    [["C"], t("service.keys.customer")],
    [["S"], t("service.do.solve")],
    [["N"], t("service.keys.fresh")],
    [["Esc"], t("service.keys.back")],
    [["?"], t("service.keys.help")],
  ];
  return <KeysDialog open={open} title={t("service.keys")} keys={keys} note={t("service.keys.silent")} onClose={onClose} />;
}
