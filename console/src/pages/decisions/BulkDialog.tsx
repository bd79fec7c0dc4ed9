// Bulk: one summary before (how many, how much, what the gate would refuse), one answer for each after.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Skeleton, Space } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { onceKey, post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Bulk.module.css";
import { AREA, type BulkResult, type Item } from "./data.ts";
import { useReasons } from "./reasons.ts";

export interface BulkDialogProps {
  readonly deed: "approve" | "refuse" | null;
  readonly items: readonly Item[];
  readonly onAnswered: (result: BulkResult) => void;
  readonly onClose: () => void;
}

export function BulkDialog({ deed, items, onAnswered, onClose }: BulkDialogProps): ReactNode {
  const { t } = useWords();
  const reasons = useReasons();
  const [note, setNote] = useState("");
  const once = useRef("");
  const ids = items.map((item) => item.id);
  const preview = useQuery({
    queryKey: [AREA, "bulk", deed, ids],
    queryFn: ({ signal }) => post<BulkResult>("/decisions/bulk/preview", { do: deed, ids, note: "" }, { signal }),
    enabled: deed !== null && ids.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
  const bulk = useMutation({
    mutationFn: () => post<BulkResult>("/decisions/bulk", { do: deed, ids, note: note.trim() }, { once: once.current }),
    onSuccess: onAnswered,
  });
  const { reset } = bulk;
  useEffect(() => {
    setNote("");
    once.current = onceKey();
    reset();
  }, [deed, reset]);
  const result = bulk.data;
  const ready = deed === "approve" ? (preview.data?.done ?? 0) > 0 : note.trim().length > 0;
  return (
    <Modal
      open={deed !== null}
      title={deed ? t(`decisions.bulk.${deed}`, { count: ids.length }) : ""}
      okText={result ? t("ui.close") : deed ? t(`decisions.${deed}`) : ""}
      cancelText={t("ui.cancel")}
      cancelButtonProps={result ? { style: { display: "none" } } : undefined}
      okButtonProps={{ danger: deed === "refuse" && !result, disabled: !result && !ready, loading: bulk.isPending }}
      onOk={() => (result ? onClose() : bulk.mutate())}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className={styles.summary}>
        {result ? <Summary result={result} items={items} after /> : preview.data ? <Summary result={preview.data} items={items} /> : preview.error ? null : <Skeleton active title={false} paragraph={{ rows: 3 }} />}
        <ErrorNote error={preview.error ?? bulk.error} again={bulk.error ? () => bulk.mutate() : undefined} />
        {result ? null : (
          <Form layout="vertical">
            {deed === "refuse" ? (
              <Space wrap size={6} style={{ marginBottom: 8 }}>
                {reasons.map((one) => (
                  <Button key={one} size="small" onClick={() => setNote(one)}>{one}</Button>
                ))}
              </Space>
            ) : null}
            <Form.Item label={deed === "refuse" ? t("ui.reason") : t("decisions.note")} htmlFor="bulk-note" required={deed === "refuse"} style={{ margin: 0 }}>
              <Input.TextArea id="bulk-note" rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
            </Form.Item>
          </Form>
        )}
      </div>
    </Modal>
  );
}

function Summary({ result, items, after = false }: { result: BulkResult; items: readonly Item[]; after?: boolean }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const titles = new Map(items.map((item) => [item.id, item.title]));
  const failed = result.answers.filter((answer) => !answer.done);
  return (
    <>
      <dl className={styles.figures} aria-live="polite">
        <div><dt>{t(after ? "decisions.bulk.done" : "decisions.bulk.would")}</dt><dd>{format.number(result.done, 0)}</dd></div>
        <div><dt>{t("decisions.risk")}</dt><dd>{result.at_risk.map((money) => format.money(money)).join(" + ") || format.number(0)}</dd></div>
        <div><dt>{t(after ? "decisions.bulk.failed" : "decisions.bulk.wouldnot")}</dt><dd>{format.number(result.failed, 0)}</dd></div>
      </dl>
      {failed.length ? (
        <ul className={styles.answers}>
          {failed.map((answer) => (
            <li key={answer.id} className={styles.answer} data-failed={answer.id}>
              <Tone tone="bad">{t("decisions.bulk.no")}</Tone>
              <span>
                {say(titles.get(answer.id)) || answer.id}
                <br />
                <span className={styles.quiet}>{say(answer.text)}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
