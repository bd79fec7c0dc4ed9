// Other cases about the same order, product or customer.
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { useRelated } from "./data.ts";
import styles from "./Case.module.css";

export function Related({ id }: { id: string }): ReactNode {
  const { t, maybe } = useWords();
  const { data, error } = useRelated(id);
  if (error) return <ErrorNote error={error} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  if (data.length === 0) return <p className={styles.quiet}>{t("case.related.none")}</p>;
  return (
    <ul className={styles.related}>
      {data.map((one) => (
        <li key={one.case_id}>
          <ThingLink kind="case" id={one.case_id}>{one.kinds.map((kind) => maybe(`case.action.${kind}`, kind)).join(", ")}</ThingLink>
          <span className={styles.quiet}>
            {t(`case.shares.${one.shares}`, { value: one.value })} · <When at={one.latest} />
          </span>
        </li>
      ))}
    </ul>
  );
}
