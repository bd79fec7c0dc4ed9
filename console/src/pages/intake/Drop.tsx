// Where files come in: dropped anywhere on the page, pasted, or picked; large while nothing is here yet.
import { FolderOpenOutlined, InboxOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { filesOf, filesOfFolder, type Taken } from "./files.ts";
import styles from "./Drop.module.css";

const ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.parquet,.pq";

export function Drop({ small, onFiles }: { small: boolean; onFiles: (files: readonly File[]) => void }): ReactNode {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const latest = useRef(onFiles);
  latest.current = onFiles;

  useEffect(() => {
    const take = (taken: Taken) => {
      if (taken.left.length) toast({ text: t("intake.drop.left", { count: taken.left.length, name: taken.left[0] ?? "" }) });
      if (taken.files.length) latest.current(taken.files);
    };
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carries(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carries(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (carries(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!carries(event) || !event.dataTransfer) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void filesOf(event.dataTransfer).then(take);
    };
    const paste = (event: ClipboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!event.clipboardData || target?.closest("input, textarea, [contenteditable='true']")) return;
      if (event.clipboardData.files.length) return void filesOf(event.clipboardData).then(take);
      const text = event.clipboardData.getData("text/plain");
      if (text.includes("\n") && /[\t,;]/.test(text)) take({ files: [new File([text], t("intake.drop.pasted"), { type: "text/csv" })], left: [] });
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", hover);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", hover);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [t]);

  const pick = (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        aria-label={t("intake.drop.pick")}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={t("intake.drop.folder")}
        {...{ webkitdirectory: "" }}
        onChange={(event) => {
          if (event.target.files) onFiles(filesOfFolder(event.target.files).files);
          event.target.value = "";
        }}
      />
    </>
  );
  const veil = over ? (
    <div className={styles.veil} aria-hidden="true">
      <div className={styles.here}>
        <InboxOutlined /> {t("intake.drop.here")}
      </div>
    </div>
  ) : null;
  if (small)
    return (
      <div className={styles.small}>
        {veil}
        {pick}
        <Button type="dashed" block icon={<PlusOutlined />} onClick={() => files.current?.click()}>
          {t("intake.drop.more")}
        </Button>
      </div>
    );
  return (
    <div className={styles.large}>
      {veil}
      {pick}
      <InboxOutlined className={styles.icon} aria-hidden="true" />
      <p className={styles.title}>{t("intake.drop.title")}</p>
      <p className={styles.about}>{t("intake.drop.about")}</p>
      <div className={styles.buttons}>
        <Button type="primary" size="large" icon={<PlusOutlined />} onClick={() => files.current?.click()}>
          {t("intake.drop.pick")}
        </Button>
        <Button size="large" icon={<FolderOpenOutlined />} onClick={() => folder.current?.click()}>
          {t("intake.drop.folder")}
        </Button>
      </div>
      <ol className={styles.steps}>
        {(["one", "two", "three"] as const).map((step, n) => (
          <li key={step}>
            <span className={styles.number}>{n + 1}</span>
            <span>
              <b>{t(`intake.step.${step}`)}</b>
              <span className={styles.hint}>{t(`intake.step.${step}.about`)}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
