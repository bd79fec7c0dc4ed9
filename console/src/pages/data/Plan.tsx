// How the database goes about a query: its plan, as it explains it.
import { Skeleton } from "antd";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { onceKey, post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import type { SqlRunResult } from "./api.ts";
import type { Params } from "./useRun.ts";
import styles from "./Sql.module.css";

export function Plan({ query, params }: { query: string; params: Params }): ReactNode {
  const { t } = useWords();
  const plan = useQuery({
    queryKey: ["data", "plan", query, params],
    queryFn: () => post<SqlRunResult>("/sql/runs", { id: onceKey(), query: `EXPLAIN ${query}`, params, remember: false }),
    staleTime: 60_000,
  });
  if (plan.error) return <div className={styles.problem}><ErrorNote error={plan.error} /></div>;
  if (!plan.data) return <div className={styles.problem}><Skeleton active /></div>;
  return (
    <div className={styles.explained}>
      <p>{t("data.plan.what")}</p>
      <pre className={styles.plan} tabIndex={0}>
        {plan.data.rows.map((row) => String((row as unknown[])[1])).join("\n")}
      </pre>
    </div>
  );
}
