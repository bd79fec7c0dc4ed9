// A chat platform: where it posts or that we ask it, its settings without secrets, and what it could not deliver.
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Connectors.module.css";

export function PlatformPart({ platform }: { platform: components["schemas"]["PlatformSetup"] }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const settings = Object.entries(platform.settings).filter(([name]) => name !== "kind");
  return (
    <div className={styles.setup}>
      {platform.path ? (
        <code className={styles.address}>
          POST {location.origin}
          {platform.path}
        </code>
      ) : (
        <p className={styles.quiet}>{t("connectors.platform.asked")}</p>
      )}
      {platform.refused ? (
        <p>
          <Tone tone="warn">{t("connectors.platform.refused", { count: format.number(platform.refused), code: platform.last_refused })}</Tone>
        </p>
      ) : null}
      {platform.undelivered ? (
        <p>
          <Tone tone="bad">{t("connectors.platform.undelivered", { count: format.number(platform.undelivered), why: platform.last_undelivered })}</Tone>
        </p>
      ) : null}
      <details className={styles.more}>
        <summary>{t("connectors.platform.settings")}</summary>
        <dl className={styles.pairs}>
          {settings.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
