// Versions: every time that rules changed, by whom and why, what was different, and the way back.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { rules, type Version } from "./api.ts";
import { Differences } from "./Differences.tsx";
import type { Speaker } from "./speaking.ts";
import styles from "./Versions.module.css";

export interface VersionsProps {
  readonly name: string;
  readonly live: string;
  readonly speaker: Speaker;
  readonly readOnly: boolean;
  readonly onBack: (version: Version) => void;
}

export function Versions({ name, live, speaker, readOnly, onBack }: VersionsProps): ReactNode {
  const { t } = useWords();
  const [open, setOpen] = useState<number | null>(null);
  const { data, error } = useQuery({ queryKey: ["rules", name, "versions", live], queryFn: () => rules.versions(name) });
  return (
    <>
      <ErrorNote error={error} />
      <ol className={styles.list}>
        {(data ?? []).map((one, n) => {
          const before = one.before || "";
          return (
            <li key={`${one.n}-${one.version}`} className={one.live ? styles.live : ""}>
              <div className={styles.line}>
                <b>{one.n ? `#${one.n}` : one.shipped ? t("rules.version.shipped") : t("rules.version.first")}</b>
                <code>{one.version.slice(0, 7)}</code>
                {one.live ? <Tone tone="good">{t("rules.version.live")}</Tone> : null}
                {one.way === "back" || one.way === "shipped" ? <Tone tone="warn">{t(`rules.way.${one.way}`)}</Tone> : null}
              </div>
              {one.at ? (
                <p className={styles.who}>
                  {one.by} · <When at={one.at} />
                </p>
              ) : (
                <p className={styles.who}>{t("rules.version.shipped.why")}</p>
              )}
              {one.note ? <p>{one.note}</p> : null}
              <div className={styles.do}>
                {before ? (
                  <Button size="small" type="link" aria-expanded={open === n} onClick={() => setOpen(open === n ? null : n)}>
                    {t(open === n ? "rules.diff.hide" : "rules.diff.show")}
                  </Button>
                ) : null}
                {!one.live && one.version !== live && !readOnly ? (
                  <Button size="small" type="link" onClick={() => onBack(one)}>
                    {t(one.shipped ? "rules.version.restore" : "rules.version.back")}
                  </Button>
                ) : null}
              </div>
              {open === n ? <Between name={name} before={before} after={one.version} speaker={speaker} /> : null}
            </li>
          );
        })}
      </ol>
    </>
  );
}

export function Between({ name, before, after, speaker }: { name: string; before: string; after: string; speaker: Speaker }): ReactNode {
  const { t } = useWords();
  const { data, error } = useQuery({ queryKey: ["rules", name, "diff", before, after], queryFn: () => rules.diff(name, before, after), staleTime: Infinity });
  return (
    <>
      <ErrorNote error={error} />
      {data ? <Differences diff={data} speaker={speaker} /> : error ? null : <p className={styles.who}>{t("rules.loading")}</p>}
    </>
  );
}
