// A question with two answers in the place of what asked it: the keyboard stands on the one that loses nothing.
import { Button } from "antd";
import type { ReactNode } from "react";
import styles from "./Macros.module.css";

export interface SureProps {
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Sure({ text, yes, no, onYes, onNo }: SureProps): ReactNode {
  return (
    <div className={styles.foot} role="alertdialog" aria-label={text}>
      <span className={styles.asked}>{text}</span>
      <Button size="small" autoFocus onClick={onNo}>{no}</Button>
      <Button size="small" danger type="primary" onClick={onYes}>{yes}</Button>
    </div>
  );
}
