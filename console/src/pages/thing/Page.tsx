// The frame of a page of one thing: its head, what is known at once, and what to do while it loads or is not there.
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Thing.module.css";

export interface PageProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** The latest case about this thing: C opens it. */
  readonly caseId?: string;
  readonly error: unknown;
  readonly again: () => void;
  readonly ready: boolean;
  readonly children: ReactNode;
}

export function Page({ title, about, caseId, error, again, ready, children }: PageProps): ReactNode {
  const { t } = useWords();
  const navigate = useNavigate();
  const open = () => caseId && void navigate({ to: "/case/$id", params: { id: caseId } });
  useKeys({ c: open }, Boolean(caseId));
  return (
    <>
      <PageHead
        title={title}
        about={about ?? "\u00a0"}
        actions={
          caseId ? (
            <Button type="primary" onClick={open}>
              {t("thing.case")} <Keys keys="C" />
            </Button>
          ) : null
        }
      />
      {error ? <ErrorNote error={error} again={again} /> : null}
      {ready ? children : error ? null : <div className={styles.skeleton} aria-busy="true" aria-label={t("app.loading")} />}
    </>
  );
}

/** The case to look at first: of what waits or failed, else the latest. */
export function firstCase(decisions: readonly { case_id: string; status: string }[]): string {
  const wanted = decisions.find((one) => ["held", "failed", "unclear"].includes(one.status) && one.case_id) ?? decisions.find((one) => one.case_id);
  return wanted?.case_id ?? "";
}
