// The keys of this page.
import { Modal } from "antd";
import type { ReactNode } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./HelpDialog.module.css";

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
  return (
    <Modal open={open} title={t("decisions.keys")} onCancel={onClose} footer={null} destroyOnHidden>
      <dl className={styles.keys}>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>{names.map((name) => <Keys key={name} keys={name} />)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{t("decisions.keys.silent")}</p>
    </Modal>
  );
}
