// The keys of a page, and a note below them.
import { Modal } from "antd";
import type { ReactNode } from "react";
import { Keys } from "./Keys.tsx";
import styles from "./KeysDialog.module.css";

interface Props {
  open: boolean;
  title: string;
  keys: readonly (readonly [string[], string])[];
  note: string;
  onClose: () => void;
}

export function KeysDialog({ open, title, keys, note, onClose }: Props): ReactNode {
  return (
    <Modal open={open} title={title} onCancel={onClose} footer={null} destroyOnHidden>
      <dl className={styles.keys}>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>{names.map((name) => <Keys key={name} keys={name} />)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{note}</p>
    </Modal>
  );
}
