// The versions of a question: what it was, by whom; one click takes an older text back into the editor.
import { Button, Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import type { SavedQuestion } from "./api.ts";
import styles from "./Sql.module.css";

export function Versions({ question, open, onTake, onClose }: { question: SavedQuestion; open: boolean; onTake: (version: SavedQuestion) => void; onClose: () => void }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const versions = useQuery({ queryKey: ["data", "questions", question.id, "versions", question.version], queryFn: () => get<SavedQuestion[]>(`/data/questions/${question.id}/versions`), enabled: open });
  return (
    <Drawer open={open} onClose={onClose} size={520} title={t("data.versions.of", { name: say(question.name) })}>
      <ErrorNote error={versions.error} />
      <ol className={styles.versions}>
        {(versions.data ?? []).map((one) => (
          <li key={one.version}>
            <p>
              {t(one.deleted ? "data.versions.deleted" : "data.versions.one", { version: String(one.version), who: one.by ?? "", when: format.when(one.at) })}
            </p>
            <pre className={styles.plan} tabIndex={0}>{one.sql}</pre>
            <Button size="small" onClick={() => onTake(one)}>
              {t("data.versions.take")}
            </Button>
          </li>
        ))}
      </ol>
    </Drawer>
  );
}
