// Import: files are dropped, each column is shown under the field that it gives, and every row is kept or accounted for.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useCallback, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { busy, type ImportView, useImports } from "./api.ts";
import { Drop } from "./Drop.tsx";
import { EndedFile } from "./EndedFile.tsx";
import { FileList } from "./FileList.tsx";
import { sizeOf } from "./files.ts";
import styles from "./Import.module.css";
import { KeptMappings } from "./KeptMappings.tsx";
import { RunningFile } from "./RunningFile.tsx";
import { useUploads } from "./useUploads.ts";
import { WaitingFile } from "./WaitingFile.tsx";

export default function Import(): ReactNode {
  const { t } = useWords();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const navigate = useNavigate();
  const imports = useImports();
  const [mappings, setMappings] = useState(false);
  const choose = useCallback((id: string) => void navigate({ to: "/data/import", search: { id: id || undefined }, replace: true }), [navigate]);
  const uploads = useUploads(useCallback((made: ImportView) => choose(made.id), [choose]));
  const all = imports.data ?? [];
  const chosen = all.find((one) => one.id === search.id) ?? all[0];
  const empty = imports.isSuccess && all.length === 0 && uploads.sending.length === 0;
  return (
    <>
      <PageHead title={t("intake.title")} about={t("intake.about")} actions={<Button onClick={() => setMappings(true)}>{t("intake.kept.open")}</Button>} />
      {imports.error ? <ErrorNote error={imports.error} again={() => void imports.refetch()} /> : null}
      {empty || imports.isPending ? (
        <Drop small={false} onFiles={uploads.send} />
      ) : (
        <div className={styles.desk}>
          <Panel flush className={styles.list} label={t("intake.files")}>
            <Drop small onFiles={uploads.send} />
            <FileList imports={all} sending={uploads.sending} chosen={chosen?.id ?? ""} onChoose={choose} onCancel={uploads.cancel} />
          </Panel>
          <Panel
            flush
            className={styles.one}
            title={chosen?.file ?? t("intake.upload.coming")}
            note={
              chosen ? (
                <>
                  {sizeOf(chosen.size)} · {chosen.by} · <When at={chosen.at} />
                </>
              ) : null
            }
          >
            {chosen ? <File key={`${chosen.id} ${chosen.status}`} one={chosen} onGone={() => choose("")} /> : null}
          </Panel>
        </div>
      )}
      <KeptMappings open={mappings} onClose={() => setMappings(false)} />
    </>
  );
}

function File({ one, onGone }: { one: ImportView; onGone: () => void }): ReactNode {
  if (one.status === "waiting") return <WaitingFile one={one} onGone={onGone} />;
  if (busy(one)) return <RunningFile one={one} />;
  return <EndedFile one={one} onGone={onGone} />;
}
