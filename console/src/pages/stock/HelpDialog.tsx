// The keys of the stock list, and what its columns mean.
import { Modal } from "antd";
import type { ReactNode } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./HelpDialog.module.css";

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
  return (
    <Modal open={open} title={t("stock.keys")} onCancel={onClose} footer={null} destroyOnHidden>
      <dl className={styles.keys}>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>{names.map((name) => <Keys key={name} keys={name} />)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{t("stock.help.stake")}</p>
    </Modal>
  );
}
