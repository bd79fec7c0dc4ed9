// Open sessions: where you are signed in (or everybody, for who looks after people), and the end of each.
import { Button, Segmented } from "antd";
import { type ReactNode, useState } from "react";
import { del } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { browserOf } from "./browser.ts";
import { type OpenSession, useChange, useSetting } from "./data.ts";
import styles from "./Settings.module.css";

export default function Sessions(): ReactNode {
  const { t } = useWords();
  const { may, via } = useSession();
  const [everybody, setEverybody] = useState(via !== "session");
  const all = everybody && may("people");
  const { data, error, refetch } = useSetting<OpenSession[]>("/sessions", { everybody: all });
  const end = useChange(
    (id: string) => del(`/sessions/${encodeURIComponent(id)}`),
    () => toast({ text: t("settings.sessions.ended"), tone: "good" }),
  );
  const endOthers = useChange(
    () => del("/sessions"),
    () => toast({ text: t("settings.sessions.ended.others"), tone: "good" }),
  );
  const others = data?.filter((one) => !one.current) ?? [];
  return (
    <Panel
      title={t("settings.sessions.open")}
      flush
      actions={
        <>
          {may("people") && via === "session" ? (
            <Segmented
              size="small"
              aria-label={t("settings.sessions.whose")}
              value={all ? "all" : "mine"}
              options={[
                { value: "mine", label: t("settings.sessions.mine") },
                { value: "all", label: t("settings.sessions.all") },
              ]}
              onChange={(chosen) => setEverybody(chosen === "all")}
            />
          ) : null}
          {via === "session" && !all ? (
            <Button size="small" disabled={!others.length} loading={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>
              {t("settings.sessions.end.others")}
            </Button>
          ) : null}
        </>
      }
    >
      <ErrorNote error={error ?? end.error ?? endOthers.error} again={error ? () => void refetch() : undefined} />
      {data && !data.length ? (
        <Empty title={t("settings.sessions.none")}>{t("settings.sessions.none.what")}</Empty>
      ) : (
        <div className={styles.table}>
          <table>
            <thead>
              <tr>
                {all ? <th scope="col">{t("settings.sessions.person")}</th> : null}
                <th scope="col">{t("settings.sessions.where")}</th>
                <th scope="col">{t("settings.sessions.begun")}</th>
                <th scope="col">{t("settings.sessions.seen")}</th>
                <th scope="col">{t("settings.sessions.expires")}</th>
                <th scope="col" className={styles.end} aria-label={t("settings.actions")} />
              </tr>
            </thead>
            <tbody>
              {(data ?? []).map((one) => (
                <tr key={one.id}>
                  {all ? <td className={`${styles.first} ${styles.name}`}>{one.person}</td> : null}
                  <td data-label={t("settings.sessions.where")}>
                    <span title={one.agent}>{browserOf(one.agent) || t("settings.sessions.unknown")}</span>{" "}
                    <span className={styles.off}>{one.address}</span> {one.current ? <Tone tone="accent">{t("settings.sessions.this")}</Tone> : null}
                  </td>
                  <td data-label={t("settings.sessions.begun")}>
                    <When at={one.at} />
                  </td>
                  <td data-label={t("settings.sessions.seen")}>
                    <When at={one.seen} />
                  </td>
                  <td data-label={t("settings.sessions.expires")}>
                    <When at={one.expires} />
                  </td>
                  <td className={styles.end}>
                    {one.current ? null : (
                      <Button size="small" danger loading={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>
                        {t("settings.sessions.end")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
