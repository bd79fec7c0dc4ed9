// Export: the whole result as a file that says where it comes from.
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Checkbox, Modal, Radio } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { download } from "./download.ts";
import styles from "./ExportButton.module.css";

type Form = "csv" | "xlsx" | "parquet" | "json";
const FORMS: readonly Form[] = ["csv", "xlsx", "parquet", "json"];

export interface ExportButtonProps {
  readonly query: string;
  readonly params?: Readonly<Record<string, string | number | boolean | null>>;
  readonly name: string;
  readonly at?: string;
  readonly disabled?: boolean;
}

export function ExportButton({ query, params = {}, name, at, disabled }: ExportButtonProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<Form>("csv");
  const [major, setMajor] = useState(true);
  const [note, setNote] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const close = () => {
    running.current?.abort();
    setOpen(false);
    setProblem(null);
    setBusy(false);
  };
  const go = async () => {
    const control = (running.current = new AbortController());
    setBusy(true);
    setProblem(null);
    try {
      const done = await download("/sql/export", { query, params, form, name, major: major && form !== "parquet", note, ...(at ? { at } : {}) }, control.signal);
      toast({ text: t(done.cut ? "data.export.cut" : "data.export.done", { rows: format.number(done.rows) }), tone: done.cut ? "plain" : "good" });
      close();
    } catch (error) {
      if (!control.signal.aborted) setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} disabled={disabled} onClick={() => setOpen(true)}>
        {t("data.export")}
      </Button>
      <Modal open={open} title={t("data.export.title")} okText={t("data.export.go")} cancelText={t("ui.cancel")} confirmLoading={busy} onOk={() => void go()} onCancel={close} destroyOnHidden>
        <div className={styles.form}>
          <Radio.Group
            aria-label={t("data.export.form")}
            value={form}
            onChange={(event) => setForm(event.target.value as Form)}
            className={styles.forms}
            options={FORMS.map((value) => ({
              value,
              label: (
                <span>
                  {t(`data.export.${value}`)}
                  <span className={styles.what}>{t(`data.export.${value}.what`)}</span>
                </span>
              ),
            }))}
          />
          {form === "parquet" ? null : (
            <Checkbox checked={major} onChange={(event) => setMajor(event.target.checked)}>
              {t("data.export.major")}
            </Checkbox>
          )}
          {form === "csv" ? (
            <Checkbox checked={note} onChange={(event) => setNote(event.target.checked)}>
              {t("data.export.note")}
            </Checkbox>
          ) : null}
          <ErrorNote error={problem} />
        </div>
      </Modal>
    </>
  );
}
