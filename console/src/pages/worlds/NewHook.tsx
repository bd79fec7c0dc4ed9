// Open a hook: its name and what it lets in.
import { Form, Input, Modal, Select } from "antd";
import { type ReactNode, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { useHooks, useKinds, type HookOpened } from "./connectorData.ts";

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function NewHook({ onClose, onSecret }: { onClose: () => void; onSecret: (opened: HookOpened) => void }): ReactNode {
  const { t } = useWords();
  const kinds = useKinds(true);
  const { open: opening } = useHooks();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const send = () =>
    opening.mutate(
      { name, kinds: chosen },
      {
        onSuccess: (opened) => {
          onClose();
          onSecret(opened);
        },
      },
    );
  return (
    <Modal open title={t("connectors.hook.new")} okText={t("connectors.hook.open")} cancelText={t("ui.cancel")} okButtonProps={{ disabled: !NAME.test(name), loading: opening.isPending }} onOk={send} onCancel={onClose}>
      <p>{t("connectors.hook.new.what")}</p>
      <Form layout="vertical">
        <Form.Item label={t("connectors.hook.name")} htmlFor="hook-name" extra={t("connectors.hook.name.rule")}>
          <Input id="hook-name" autoFocus value={name} maxLength={64} onChange={(event) => setName(event.target.value)} placeholder="erp" onPressEnter={() => NAME.test(name) && send()} />
        </Form.Item>
        <Form.Item label={t("connectors.hook.lets_in")} htmlFor="hook-kinds" extra={t("connectors.hook.lets_in.what")}>
          <Select id="hook-kinds" mode="multiple" value={chosen} onChange={setChosen} options={(kinds.data ?? []).map((kind) => ({ value: kind, label: kind }))} placeholder={t("connectors.hook.lets_in.all")} />
        </Form.Item>
        <ErrorNote error={opening.error} />
      </Form>
    </Modal>
  );
}
