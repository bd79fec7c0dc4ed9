// What went wrong and what to do; with a way to try again where that may help.
import { Alert, Button } from "antd";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client.ts";
import { useWords } from "@/words/index.ts";

export function ErrorNote({ error, again }: { error: unknown; again?: () => void }): ReactNode {
  const { t, say } = useWords();
  if (!error) return null;
  const known = error instanceof ApiError ? error : null;
  const where = known?.where ? ` (${known.where})` : "";
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={known ? `${say(known.text)}${where}` : t("ui.error.unknown")}
      description={known ? say(known.todo) : String(error)}
      action={
        again ? (
          <Button size="small" onClick={again}>
            {t("ui.again")}
          </Button>
        ) : undefined
      }
    />
  );
}
