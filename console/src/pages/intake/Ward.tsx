// One quarantined file: what is wrong on the left, the rows on the right, and what can be done with them above.
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Skeleton } from "antd";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { Account } from "./Account.tsx";
import { parts } from "./parts.ts";
import { WardBar } from "./WardBar.tsx";
import { WardFiles } from "./WardFiles.tsx";
import { WardMapping } from "./WardMapping.tsx";
import styles from "./Ward.module.css";
import { WardReasons } from "./WardReasons.tsx";
import { WardTable } from "./WardTable.tsx";
import { type Choice, type Narrowing, refresh, useRows, useWard, type Which } from "./wards.ts";

const NONE: ReadonlySet<number> = new Set();

export function Ward({ id, search }: { id: string; search: Readonly<Record<string, string | undefined>> }): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ward = useWard(id);
  const narrowing: Narrowing = useMemo(() => ({ code: search.code ?? "", column: search.column ?? null, which: (search.which as Which | undefined) ?? "all" }), [search.code, search.column, search.which]);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(NONE);
  const [range, setRange] = useState<readonly [number, number]>([0, 50]);
  const rows = useRows(id, narrowing, range[0], range[1]);
  const look = useCallback(
    (next: Narrowing) => {
      setChosen(NONE);
      refresh(client, id, true);
      void navigate({ to: "/data/quarantine", search: { id, code: next.code || undefined, column: next.column ?? undefined, which: next.which === "all" ? undefined : next.which }, replace: true });
    },
    [client, id, navigate],
  );
  const choice: Choice = chosen.size ? { rows: [...chosen] } : { code: narrowing.code, column: narrowing.column, state: narrowing.which };
  const done = useCallback(() => {
    setChosen(NONE);
    refresh(client, id, true);
  }, [client, id]);
  const onRange = useCallback((first: number, last: number) => setRange((before) => (before[0] === first && before[1] === last ? before : [first, last])), []);
  if (ward.error) return <ErrorNote error={ward.error} again={() => void ward.refetch()} />;
  const view = ward.data;
  return (
    <div className={styles.page}>
      <PageHead
        title={view ? [view.file, view.sheet].filter(Boolean).join(" · ") : t("intake.quarantine.title")}
        about={<Link to="/data/quarantine">{t("intake.ward.back")}</Link>}
        actions={view ? <WardFiles ward={view} narrowing={narrowing} onDone={done} /> : null}
      />
      {view ? (
        <>
          <Panel className={styles.account}>
            <Account rowsIn={view.account.rows_in} parts={parts(view.account)} />
          </Panel>
          {view.recognised || view.account.waiting === 0 ? null : <WardMapping ward={view} onDone={done} />}
          {view.account.waiting === 0 ? (
            <Panel>
              <Empty title={t("intake.ward.empty")} actions={<Link to="/data/quarantine">{t("intake.ward.back")}</Link>}>
                {t("intake.ward.empty.about")}
              </Empty>
            </Panel>
          ) : (
            <div className={styles.desk}>
              <WardReasons ward={view} narrowing={narrowing} onLook={look} />
              <Panel flush className={styles.rows} label={t("intake.ward.rows")}>
                <WardBar ward={view} narrowing={narrowing} chosen={chosen} of={rows.of ?? 0} choice={choice} onDone={done} onNone={() => setChosen(NONE)} />
                {rows.error ? <ErrorNote error={rows.error} /> : null}
                <WardTable ward={view} of={rows.of} at={rows.at} chosen={chosen} onChosen={setChosen} onRange={onRange} />
              </Panel>
            </div>
          )}
        </>
      ) : (
        <Panel>
          <Skeleton active paragraph={{ rows: 10 }} />
        </Panel>
      )}
    </div>
  );
}
