// A receiver of actions: where they go, which, and a test delivery that asks for nothing.
import { Button } from "antd";
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { useHooks } from "./connectorData.ts";
import styles from "./Connectors.module.css";

export function EndpointPart({ name, endpoint }: { name: string; endpoint: components["schemas"]["EndpointSetup"] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const { endpoint: test } = useHooks();
  const where = Object.entries(endpoint.where).map(([field, value]) => `${field} = ${value}`);
  return (
    <div className={styles.setup}>
      <code className={styles.address}>POST {endpoint.url}</code>
      <p className={styles.quiet}>
        {t("connectors.endpoint.kinds", { kinds: [...endpoint.kinds, ...where].join(", ") })} {t(endpoint.status_url ? "connectors.endpoint.asked" : "connectors.endpoint.not_asked")}
      </p>
      <div className={styles.tried} aria-live="polite">
        <Button size="small" onClick={() => test.mutate(name)} loading={test.isPending} disabled={!may("run")}>
          {t("connectors.endpoint.try")}
        </Button>
        {test.data ? (
          test.data.problem ? (
            <Tone tone="bad">{t("connectors.endpoint.bad", { problem: test.data.problem })}</Tone>
          ) : (
            <Tone tone="good">{t("connectors.endpoint.good", { status: test.data.status, time: format.duration(test.data.took_ms) })}</Tone>
          )
        ) : null}
      </div>
      <ErrorNote error={test.error} />
    </div>
  );
}
