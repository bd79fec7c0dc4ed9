// A page that failed: the rest of the console goes on.
import { Button } from "antd";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";

export function Broken({ error, reset }: { error: unknown; reset?: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <Empty
      title={t("app.broken")}
      actions={
        <>
          {reset ? <Button onClick={reset}>{t("ui.again")}</Button> : null}
          <Button type="primary" onClick={() => location.reload()}>
            {t("app.reload")}
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Empty>
  );
}
