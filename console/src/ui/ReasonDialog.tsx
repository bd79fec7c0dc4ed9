// Asks for a reason before something is done that a person answers for: refuse, undo, go live.
import { Button, Form, Input, Modal, Space } from "antd";
import { type ReactNode, useState } from "react";
import { useWords } from "@/words/index.ts";

export interface ReasonDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly about?: ReactNode;
  /** Reasons that are often right: one click fills the field. */
  readonly usual?: readonly string[];
  readonly action: string;
  readonly danger?: boolean;
  readonly required?: boolean;
  readonly busy?: boolean;
  readonly problem?: ReactNode;
  readonly onDone: (reason: string) => void;
  readonly onCancel: () => void;
}

/** Mounted while it is open: each asking begins empty. */
export function ReasonDialog(props: ReasonDialogProps): ReactNode {
  return props.open ? <Asking {...props} /> : null;
}

function Asking(props: ReasonDialogProps): ReactNode {
  const { title, about, usual = [], action, danger, required = true, busy, problem, onDone, onCancel } = props;
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const [filled, setFilled] = useState("");
  const fill = (one: string) => {
    setFilled(one);
    setReason(one);
  };
  const ready = !required || reason.trim().length > 0;
  return (
    <Modal
      open
      title={title}
      okText={action}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger, disabled: !ready, loading: busy }}
      onOk={() => onDone(reason.trim())}
      onCancel={onCancel}
    >
      {about}
      <Form layout="vertical">
        {usual.length ? (
          <Space wrap size={6} style={{ marginBlock: 8 }}>
            {usual.map((one) => (
              <Button key={one} size="small" onClick={() => fill(one)}>
                {one}
              </Button>
            ))}
          </Space>
        ) : null}
        <Form.Item label={t("ui.reason")} htmlFor="reason" required={required} style={{ marginBottom: 8 }}>
          <Input.TextArea
            // The browser keeps what is typed: a field that React writes back loses letters while the dialog still opens.
            key={filled}
            id="reason"
            autoFocus
            rows={3}
            maxLength={1000}
            defaultValue={filled}
            onChange={(event) => setReason(event.target.value)}
            onPressEnter={(event) => {
              const written = event.currentTarget.value.trim();
              if ((event.metaKey || event.ctrlKey) && (written || !required)) onDone(written);
            }}
          />
        </Form.Item>
      </Form>
      {problem}
    </Modal>
  );
}
