// The keys of the desk.
import { Modal } from "antd";
import type { ReactNode } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./HelpDialog.module.css";

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
  return (
    <Modal open={open} title={t("service.keys")} onCancel={onClose} footer={null} destroyOnHidden>
      <dl className={styles.keys}>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>{names.map((name) => <Keys key={name} keys={name} />)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{t("service.keys.silent")}</p>
    </Modal>
  );
}
