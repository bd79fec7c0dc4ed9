// Bring a trouble: a form of its kind with what it will do in words.
import { Alert, Form, Modal } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { useOrder, type Fault, type FaultInfo } from "./data.ts";
import { FaultInput } from "./FaultInput.tsx";
import { useFaultWords } from "./faultWords.ts";

export function FaultDialog({ fault, onClose }: { fault: FaultInfo | undefined; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const order = useOrder();
  const [given, setGiven] = useState<Record<string, string | number>>({});
  const words = useFaultWords(fault ? [fault] : []);
  useEffect(() => {
    order.reset();
    setGiven(Object.fromEntries((fault?.fields ?? []).map((field) => [field.name, field.default ?? ""])));
    // only another kind begins anew
  }, [fault?.type]);
  const whole: Fault = { type: fault?.type ?? "", ...given };
  const ready = fault?.fields.every((field) => given[field.name] !== "" && given[field.name] !== null) ?? false;
  const bring = () =>
    order.mutate(
      { do: "inject", fault: whole },
      {
        onSuccess: () => {
          toast({ tone: "good", text: t("worlds.brought", { name: words.name(whole) }) });
          onClose();
        },
      },
    );
  return (
    <Modal
      open={Boolean(fault)}
      title={fault ? words.name(whole) : ""}
      okText={t("worlds.bring.do")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !ready, loading: order.isPending }}
      onOk={bring}
      onCancel={onClose}
      destroyOnHidden
    >
      {fault ? (
        <Form layout="vertical" onSubmitCapture={bring} style={{ display: "grid", gap: 12 }}>
          {fault.fields.map((field) => (
            <FaultInput key={field.name} fault={fault.type} field={field} value={given[field.name] ?? ""} onChange={(value) => setGiven({ ...given, [field.name]: value })} words={words} />
          ))}
          <Alert type="info" showIcon title={ready ? words.what(whole) : t("worlds.bring.missing")} />
          <ErrorNote error={order.error} />
        </Form>
      ) : null}
    </Modal>
  );
}
