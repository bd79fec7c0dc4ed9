// Adjust: the fields that may change, typed; what is at risk and what the gate would say is asked of the server as one types.
import { useQuery } from "@tanstack/react-query";
import { Form, Input, Modal } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { AdjustInput } from "./AdjustInput.tsx";
import { AREA, type Dossier, type Preview } from "./data.ts";
import { GateBars, Verdict } from "./GateBars.tsx";
import styles from "./AdjustDialog.module.css";

export interface AdjustDialogProps {
  readonly dossier: Dossier | null;
  readonly busy: boolean;
  readonly problem: unknown;
  readonly onDone: (changes: Readonly<Record<string, unknown>>, note: string) => void;
  readonly onCancel: () => void;
}

export function AdjustDialog({ dossier, busy, problem, onDone, onCancel }: AdjustDialogProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({});
  const [note, setNote] = useState("");
  const id = dossier?.item.id ?? "";
  useEffect(() => {
    setValues({});
    setNote("");
  }, [id]);
  const changes = useMemo(() => {
    const before = new Map((dossier?.fields ?? []).map((field) => [field.name, JSON.stringify(field.value)]));
    return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== null && JSON.stringify(value) !== before.get(name)));
  }, [values, dossier]);
  const changed = Object.keys(changes).length > 0;
  const settled = useLater(changes, 250);
  const preview = useQuery({
    queryKey: [AREA, "preview", id, settled],
    queryFn: ({ signal }) => post<Preview>(`/decisions/${encodeURIComponent(id)}/preview`, { changes: settled }, { signal }),
    enabled: id !== "",
    retry: false,
    placeholderData: (before) => before,
  });
  const ready = changed && settled === changes && !preview.isFetching && !preview.error && preview.data?.verdict !== "refuse";
  const done = () => ready && onDone(changes, note.trim());
  return (
    <Modal
      open={dossier !== null}
      title={t("decisions.adjust.title")}
      okText={t("decisions.adjust.do")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !ready, loading: busy }}
      onOk={done}
      onCancel={onCancel}
      destroyOnHidden
    >
      {dossier ? (
        <Form layout="vertical" className={styles.form} onFinish={done}>
          <p className={styles.title}>{say(preview.data?.title ?? dossier.item.title)}</p>
          {dossier.fields.map((field, n) => (
            <Form.Item key={field.name} label={say(field.label)} htmlFor={`adjust-${field.name}`} className={styles.item}>
              <AdjustInput
                field={field}
                first={n === 0}
                value={field.name in values ? values[field.name] : field.value}
                onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
                onDone={done}
              />
            </Form.Item>
          ))}
          <Form.Item label={t("decisions.note")} htmlFor="adjust-note" className={styles.item}>
            <Input id="adjust-note" maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} onPressEnter={done} />
          </Form.Item>
          <div className={styles.preview} aria-live="polite" aria-busy={preview.isFetching}>
            <p className={styles.risk}>
              <span>{t("decisions.risk")}</span>
              <span className={styles.before}>{format.money(dossier.item.at_risk)}</span>
              <span aria-hidden="true">→</span>
              <strong>{preview.data ? format.money(preview.data.at_risk) : "…"}</strong>
              {preview.data ? <Verdict word={preview.data.verdict} /> : null}
            </p>
            {preview.data ? <GateBars checks={preview.data.checks} /> : null}
            <ErrorNote error={preview.error} />
          </div>
          <ErrorNote error={problem} />
        </Form>
      ) : null}
    </Modal>
  );
}

/** The value once it has stood still for `ms`. */
function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return later;
}
