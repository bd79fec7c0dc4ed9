// Rows of a file that was not recognised: a kept mapping makes them readable.
import { useMutation } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { type ReactNode, useState } from "react";
import { post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { useMappings } from "./api.ts";
import { Note } from "./Note.tsx";
import styles from "./WardMapping.module.css";
import type { WardView } from "./wards.ts";

export function WardMapping({ ward, onDone }: { ward: WardView; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const mappings = useMappings();
  const [name, setName] = useState<string>();
  const has = new Set(ward.columns.map((one) => one.column));
  const fitting = (mappings.data ?? []).filter((one) => one.mapping && one.headers.every((header) => has.has(header)));
  const chosen = fitting.find((one) => one.name === name);
  const give = useMutation({ mutationFn: () => post(`/quarantine/${ward.id}/mapping`, { mapping: chosen?.mapping }), onSuccess: onDone });
  return (
    <Note className={styles.note} tone="warn" title={t("intake.ward.unknown")}>
        <div className={styles.words}>
          <p>{fitting.length ? t("intake.ward.unknown.about") : t("intake.ward.unknown.none")}</p>
          {fitting.length ? (
            <div className={styles.line}>
              <Select style={{ width: 280 }} aria-label={t("intake.kept.use")} placeholder={t("intake.kept.use")} value={name} onChange={setName} options={fitting.map((one) => ({ value: one.name, label: one.name }))} />
              <Button type="primary" disabled={!chosen} loading={give.isPending} onClick={() => give.mutate()}>
                {t("intake.ward.unknown.use")}
              </Button>
            </div>
          ) : null}
          {give.error ? <ErrorNote error={give.error} /> : null}
        </div>
    </Note>
  );
}
