// Markdown files dropped here become articles; each is one, its first heading the title.
import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { idFor, KNOWLEDGE, save } from "./articles.ts";
import styles from "./Drop.module.css";

const HAN = /[\u3400-\u9fff]/;

export function Drop(): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (files: readonly File[]) => {
    setProblem(null);
    let taken = 0;
    try {
      for (const file of files) {
        const body = (await file.text()).trim();
        if (!body) continue;
        const title = (/^#\s+(.+)$/m.exec(body)?.[1] ?? file.name.replace(/\.[^.]+$/, "")).slice(0, 300);
        await save({ article_id: idFor(title), kind: "help", title, body, language: HAN.test(body) ? "zh" : "en", topic: "", asked: [], url: "", source: "", withdrawn: false });
        taken += 1;
      }
    } catch (error) {
      setProblem(error);
    }
    if (taken) toast({ text: t("service.knowledge.drop.done", { count: taken }), tone: "good" });
    void client.invalidateQueries({ queryKey: KNOWLEDGE });
  };
  return (
    <div
      className={`${styles.drop} ${over ? styles.over : ""}`}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); void take([...event.dataTransfer.files]); }}
    >
      <button type="button" className={styles.button} onClick={() => picker.current?.click()}>
        <InboxOutlined aria-hidden="true" /> {t("service.knowledge.drop")}
      </button>
      <input ref={picker} type="file" multiple accept=".md,.markdown,.txt" className="ll-hidden" tabIndex={-1} aria-label={t("service.knowledge.drop")} onChange={(event) => { void take([...(event.target.files ?? [])]); event.target.value = ""; }} />
      <p className={styles.about}>{t("service.knowledge.drop.about")} <code>linkloop knowledge import</code></p>
      <ErrorNote error={problem} />
    </div>
  );
}
