// Rows handed out as a file to be mended elsewhere, taken back, and what became of those that are gone.
import { DownloadOutlined, HistoryOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Drawer, Dropdown } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { url } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { upload } from "./api.ts";
import styles from "./WardFiles.module.css";
import { type Narrowing, useRecord, type WardView } from "./wards.ts";

export function WardFiles({ ward, narrowing, onDone }: { ward: WardView; narrowing: Narrowing; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const picker = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [record, setRecord] = useState(false);
  const save = (kind: string) => {
    const link = document.createElement("a");
    link.href = url(`/quarantine/${ward.id}/download`, { kind, code: narrowing.code, column: narrowing.column, which: narrowing.which });
    link.download = "";
    link.click();
  };
  const take = (file: File | undefined) => {
    if (!file) return;
    setSending(true);
    setError(null);
    upload(`/quarantine/${ward.id}/upload`, file, {}, () => undefined, new AbortController().signal)
      .then((told) => {
        const report = told as components["schemas"]["UploadReport"];
        toast({ tone: "good", text: t("intake.mended", { found: format.number(report.found), changed: format.number(report.changed), ready: format.number(report.ready) }) });
        onDone();
      })
      .catch(setError)
      .finally(() => setSending(false));
  };
  return (
    <>
      {error ? <ErrorNote error={error} /> : null}
      {ward.account.waiting ? (
        <>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "xlsx", label: t("intake.download.xlsx") },
                { key: "csv", label: t("intake.download.csv") },
              ],
              onClick: ({ key }) => save(key),
            }}
          >
            <Button icon={<DownloadOutlined />}>{t("intake.download")}</Button>
          </Dropdown>
          <input
            ref={picker}
            type="file"
            hidden
            accept=".csv,.xlsx,.xls,.txt,.tsv"
            aria-label={t("intake.mend.upload")}
            onChange={(event) => {
              take(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
          <Button icon={<UploadOutlined />} loading={sending} onClick={() => picker.current?.click()}>
            {t("intake.mend.upload")}
          </Button>
        </>
      ) : null}
      <Button icon={<HistoryOutlined />} onClick={() => setRecord(true)}>
        {t("intake.record")}
      </Button>
      <Drawer open={record} onClose={() => setRecord(false)} size={560} title={t("intake.record.title")} destroyOnHidden>
        <Records id={ward.id} />
      </Drawer>
    </>
  );
}

function Records({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const record = useRecord(id, true);
  if (record.error) return <ErrorNote error={record.error} again={() => void record.refetch()} />;
  if (record.data?.length === 0) return <Empty title={t("intake.record.empty")}>{t("intake.record.empty.about")}</Empty>;
  return (
    <ul className={styles.list}>
      {record.data?.map((one) => (
        <li key={`${one.what} ${one.row}`} className={styles.one}>
          <span className={styles.head}>
            <Tone tone={one.what === "readmitted" ? "good" : "plain"}>{t(`intake.account.${one.what}`)}</Tone>
            <b>{t("intake.row.title", { row: one.row })}</b>
            <span className={styles.who}>
              {one.by} · <When at={one.at} />
            </span>
          </span>
          {one.note ? <span>{one.note}</span> : null}
          {Object.entries(one.changed ?? {}).map(([column, text]) => (
            <span key={column} className={styles.change}>
              {column}: <s>{one.before?.[column] || t("intake.grid.blank")}</s> → <b>{text || t("intake.grid.blank")}</b>
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
