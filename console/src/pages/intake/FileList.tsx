// The files: on their way, waiting, running, done; the one that a person looks at is marked.
import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { ImportView } from "./api.ts";
import styles from "./FileList.module.css";
import { sizeOf } from "./files.ts";
import type { Sending } from "./useUploads.ts";

const TONES: Readonly<Record<ImportView["status"], ToneName>> = {
  waiting: "accent",
  queued: "info",
  running: "info",
  stopped: "warn",
  done: "good",
  failed: "bad",
  refused: "bad",
};

export interface FileListProps {
  readonly imports: readonly ImportView[];
  readonly sending: readonly Sending[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly onCancel: (key: string) => void;
}

export function FileList({ imports, sending, chosen, onChoose, onCancel }: FileListProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  return (
    <ul className={styles.list} aria-label={t("intake.files")}>
      {sending.map((one) => (
        <li key={one.key} className={styles.sending}>
          <div className={styles.name}>{one.name}</div>
          <div className={styles.facts}>
            {one.error ? (
              <span className={styles.error} role="alert">
                {one.error instanceof ApiError ? `${say(one.error.text)} ${say(one.error.todo)}` : t("ui.error.unknown")}
              </span>
            ) : (
              <span>{one.share >= 1 ? t("intake.upload.looking") : t("intake.upload.share", { share: format.percent(one.share, 0), size: sizeOf(one.size) })}</span>
            )}
            <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("intake.upload.cancel", { file: one.name })} onClick={() => onCancel(one.key)} />
          </div>
          <div className={styles.bar} role="progressbar" aria-label={one.name} aria-valuenow={Math.round(one.share * 100)} aria-valuemin={0} aria-valuemax={100}>
            <span style={{ width: `${one.share * 100}%` }} />
          </div>
        </li>
      ))}
      {imports.map((one) => (
        <li key={one.id}>
          <button type="button" className={`${styles.file} ${one.id === chosen ? styles.chosen : ""}`} aria-current={one.id === chosen ? "true" : undefined} onClick={() => onChoose(one.id)}>
            <span className={styles.name}>{one.file}</span>
            <span className={styles.facts}>
              <Tone tone={TONES[one.status]}>{t(`intake.status.${one.status}`)}</Tone>
              <span>
                {one.status === "done"
                  ? t("intake.file.rows", { rows: format.number(one.rows_in) })
                  : one.status === "running" && one.progress
                    ? format.percent(one.progress.share, 0)
                    : sizeOf(one.size)}
              </span>
              {one.rows_quarantined ? <span className={styles.out}>{t("intake.file.quarantined", { rows: format.number(one.rows_quarantined) })}</span> : null}
            </span>
            {one.status === "running" && one.progress ? (
              <span className={styles.bar} aria-hidden="true">
                <span style={{ width: `${one.progress.share * 100}%` }} />
              </span>
            ) : null}
          </button>
        </li>
      ))}
    </ul>
  );
}
