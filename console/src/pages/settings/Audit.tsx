// The audit: who changed what and when, with what stood before and after, side by side.
import { Button, DatePicker, Input, Select } from "antd";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { get } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Audit.module.css";
import { type AuditPage, type Audited, useSetting } from "./data.ts";
import { Diff } from "./Diff.tsx";

type Asked = { by: string; what: string; about: string; since: string; until: string };
const NOTHING: Asked = { by: "", what: "", about: "", since: "", until: "" };

export default function Audit(): ReactNode {
  const { t, maybe } = useWords();
  const [asked, setAsked] = useState(NOTHING);
  const { data: verbs = [] } = useSetting<string[]>("/audit/verbs");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["settings", "audit", asked],
    queryFn: ({ pageParam, signal }) => get<AuditPage>("/audit", { ...asked, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  const nouns = [...new Set(verbs.map((verb) => verb.split(".")[0] ?? verb))];
  const set = (parts: Partial<Asked>) => setAsked({ ...asked, ...parts });
  return (
    <Panel title={t("settings.audit")} note={t("settings.audit.note")} flush>
      <div className={styles.filters} role="search" aria-label={t("settings.audit.filter")}>
        <Select
          aria-label={t("settings.audit.what")}
          value={asked.what}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: t("settings.audit.everything") },
            ...nouns.map((noun) => ({ value: noun, label: maybe(`settings.noun.${noun}`, noun) })),
          ]}
          onChange={(what) => set({ what })}
        />
        <Input.Search aria-label={t("settings.audit.by")} placeholder={t("settings.audit.by")} allowClear onSearch={(by) => set({ by: by.trim() })} />
        <Input.Search
          aria-label={t("settings.audit.subject")}
          placeholder={t("settings.audit.subject")}
          allowClear
          onSearch={(about) => set({ about: about.trim() })}
        />
        <DatePicker.RangePicker
          aria-label={t("settings.audit.period")}
          allowEmpty={[true, true]}
          onChange={(days) =>
            set({ since: days?.[0]?.startOf("day").toISOString() ?? "", until: days?.[1]?.add(1, "day").startOf("day").toISOString() ?? "" })
          }
        />
      </div>
      <ErrorNote error={error} again={() => void refetch()} />
      {data && !entries.length ? (
        <Empty title={t("settings.audit.none")}>{t("settings.audit.none.what")}</Empty>
      ) : (
        <ol className={styles.list}>
          {entries.map((entry) => (
            <Line key={entry.seq} entry={entry} />
          ))}
        </ol>
      )}
      {hasNextPage ? (
        <div className={styles.more}>
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("settings.audit.more")}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function Line({ entry }: { entry: Audited }): ReactNode {
  const { t, maybe } = useWords();
  const bad = entry.what === "session.refused";
  return (
    <li className={styles.line}>
      <span className={styles.when} data-volatile>
        <When at={entry.at} />
      </span>
      <div className={styles.words}>
        <p>
          <strong>{entry.by || t("settings.audit.nobody")}</strong> <span className={bad ? styles.bad : styles.verb}>{maybe(`settings.verb.${entry.what}`, entry.what)}</span>{" "}
          {entry.about && entry.about !== entry.by ? <strong>{entry.about}</strong> : null}
        </p>
        <Diff before={entry.before} after={entry.after} />
      </div>
    </li>
  );
}
