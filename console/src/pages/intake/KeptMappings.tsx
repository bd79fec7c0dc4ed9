// The mappings that are kept for the next file: what each is for; renamed or deleted.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Input, Popconfirm } from "antd";
import { type ReactNode, useState } from "react";
import { del, post } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type KeptMapping, MAPPINGS, useMappings, useMeanings } from "./api.ts";
import styles from "./KeptMappings.module.css";

export function KeptMappings({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const mappings = useMappings(open);
  return (
    <Drawer open={open} onClose={onClose} title={t("intake.kept.title")} size={520} destroyOnHidden>
      {mappings.error ? <ErrorNote error={mappings.error} again={() => void mappings.refetch()} /> : null}
      {mappings.data?.length === 0 ? <Empty title={t("intake.kept.empty")}>{t("intake.kept.empty.about")}</Empty> : null}
      <ul className={styles.list}>
        {mappings.data?.map((one) => (
          <One key={one.name} one={one} />
        ))}
      </ul>
    </Drawer>
  );
}

function One({ one }: { one: KeptMapping }): ReactNode {
  const { t, say } = useWords();
  const { data } = useMeanings();
  const client = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const again = () => {
    setName(null);
    void client.invalidateQueries({ queryKey: MAPPINGS });
    void client.invalidateQueries({ queryKey: ["intake", "look"] });
  };
  const rename = useMutation({ mutationFn: (to: string) => post(`/mappings/${encodeURIComponent(one.name)}/rename`, { name: to }), onSuccess: again });
  const forget = useMutation({ mutationFn: () => del(`/mappings/${encodeURIComponent(one.name)}`), onSuccess: again });
  return (
    <li className={styles.one}>
      <div className={styles.head}>
        {name === null ? (
          <b>{one.name}</b>
        ) : (
          <Input size="small" autoFocus maxLength={100} aria-label={t("intake.kept.name")} value={name} onChange={(event) => setName(event.target.value)} onPressEnter={() => name.trim() && rename.mutate(name.trim())} />
        )}
        <span className={styles.when}>
          <When at={one.at} />
        </span>
      </div>
      {one.problem ? <Tone tone="bad">{say(one.problem)}</Tone> : null}
      <p className={styles.about}>
        {one.tables.map((table) => (
          <Tone key={table}>{say(data?.find((each) => each.table === table)?.title) || table}</Tone>
        ))}
      </p>
      <p className={styles.headers}>{one.headers.join(" · ")}</p>
      {rename.error ?? forget.error ? <ErrorNote error={rename.error ?? forget.error} /> : null}
      <div className={styles.actions}>
        {name === null ? (
          <Button size="small" onClick={() => setName(one.name)}>
            {t("intake.kept.rename")}
          </Button>
        ) : (
          <Button size="small" type="primary" loading={rename.isPending} disabled={!name.trim() || name === one.name} onClick={() => rename.mutate(name.trim())}>
            {t("intake.kept.rename.done")}
          </Button>
        )}
        <Popconfirm title={t("intake.kept.forget.sure")} okText={t("intake.kept.forget")} cancelText={t("ui.cancel")} onConfirm={() => forget.mutate()}>
          <Button size="small" danger loading={forget.isPending}>
            {t("intake.kept.forget")}
          </Button>
        </Popconfirm>
      </div>
    </li>
  );
}
