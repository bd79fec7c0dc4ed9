// Tokens: with which programs speak to the shop; a secret is shown once.
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { del } from "@/api/client.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Key, useChange, useSetting } from "./data.ts";
import styles from "./Settings.module.css";
import { TokenDialog } from "./TokenDialog.tsx";

const TONES: Readonly<Record<string, ToneName>> = { good: "good", expired: "warn", revoked: "plain" };

/** Whether a token still counts; its end is a real moment, not one of the shop's clock. */
function stateOf(key: Key): "good" | "expired" | "revoked" {
  if (key.revoked) return "revoked";
  return key.expires && Date.parse(key.expires) <= Date.now() ? "expired" : "good";
}

export default function Tokens(): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useSetting<Key[]>("/tokens");
  const [adding, setAdding] = useState(false);
  const revoke = useChange(
    (id: string) => del(`/tokens/${encodeURIComponent(id)}`),
    () => toast({ text: t("settings.tokens.revoked"), tone: "good" }),
  );
  return (
    <Panel
      title={t("settings.tokens")}
      flush
      actions={
        <Button type="primary" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t("settings.tokens.add")}
        </Button>
      }
    >
      <ErrorNote error={error ?? revoke.error} again={error ? () => void refetch() : undefined} />
      {data?.length === 0 ? (
        <Empty title={t("settings.tokens.none")}>{t("settings.tokens.none.what")}</Empty>
      ) : (
        <div className={styles.table}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("settings.tokens.name")}</th>
                <th scope="col">{t("settings.people.role")}</th>
                <th scope="col">{t("settings.tokens.made")}</th>
                <th scope="col">{t("settings.tokens.used")}</th>
                <th scope="col">{t("settings.tokens.expires")}</th>
                <th scope="col" className={styles.end} aria-label={t("settings.actions")} />
              </tr>
            </thead>
            <tbody>
              {(data ?? []).map((one) => {
                const state = stateOf(one);
                return (
                  <tr key={one.id} className={state === "good" ? undefined : styles.off}>
                    <td className={styles.first}>
                      <span className={styles.name}>{one.name}</span> <Tone tone={TONES[state]}>{t(`settings.tokens.state.${state}`)}</Tone>
                    </td>
                    <td data-label={t("settings.people.role")}>{t(`app.role.${one.role}`)}</td>
                    <td data-label={t("settings.tokens.made")}>
                      <When at={one.at} /> <span className={styles.off}>{one.by}</span>
                    </td>
                    <td data-label={t("settings.tokens.used")}>{one.used ? <When at={one.used} /> : t("settings.people.never")}</td>
                    <td data-label={t("settings.tokens.expires")}>{one.expires ? <When at={one.expires} style="date" /> : t("settings.people.never")}</td>
                    <td className={styles.end}>
                      {state === "revoked" ? null : (
                        <Button size="small" danger loading={revoke.isPending && revoke.variables === one.id} onClick={() => revoke.mutate(one.id)}>
                          {t("settings.tokens.revoke")}
                        </Button>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <TokenDialog open={adding} onClose={() => setAdding(false)} />
    </Panel>
  );
}
