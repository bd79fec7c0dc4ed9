// People: who may sign in and as what; the first account ends the time when whoever sits at the machine may do everything.
import { PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { type ReactNode, useState } from "react";
import { patch } from "@/api/client.ts";
import { SESSION, useSession } from "@/app/session.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Account, type Role, ROLES, useChange, useSetting } from "./data.ts";
import { PasswordDialog } from "./PasswordDialog.tsx";
import { PersonDialog } from "./PersonDialog.tsx";
import { RolesPanel } from "./RolesPanel.tsx";
import styles from "./Settings.module.css";

export default function People(): ReactNode {
  const { t } = useWords();
  const session = useSession();
  const client = useQueryClient();
  const { data, error, refetch } = useSetting<Account[]>("/people");
  const [adding, setAdding] = useState(false);
  const [resetting, setResetting] = useState<Account | null>(null);
  const first = data?.length === 0;
  const change = useChange(
    ({ name, ...parts }: { name: string; role?: Role; disabled?: boolean }) => patch<Account>(`/people/${encodeURIComponent(name)}`, parts),
    (done) => toast({ text: t("settings.people.changed", { name: done.name }), tone: "good" }),
  );
  const added = async () => {
    setAdding(false);
    if (first) await client.invalidateQueries({ queryKey: SESSION }); // from now on everybody signs in
  };
  return (
    <>
      {session.via === "local" ? <p className={styles.note}>{t("settings.people.local")}</p> : null}
      <Panel
        title={t("settings.people")}
        flush
        actions={
          <Button type="primary" size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t(first ? "settings.people.add.first" : "settings.people.add")}
          </Button>
        }
      >
        <ErrorNote error={error ?? change.error} again={error ? () => void refetch() : undefined} />
        {first ? (
          <Empty title={t("settings.people.none")}>{t("settings.people.none.what")}</Empty>
        ) : (
          <div className={styles.table}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("settings.people.name")}</th>
                  <th scope="col">{t("settings.people.role")}</th>
                  <th scope="col">{t("settings.people.seen")}</th>
                  <th scope="col">{t("settings.people.sessions")}</th>
                  <th scope="col" className={styles.end} aria-label={t("settings.actions")} />
                </tr>
              </thead>
              <tbody>
                {(data ?? []).map((one) => (
                  <tr key={one.name} className={one.disabled ? styles.off : undefined}>
                    <td className={styles.first}>
                      <span className={styles.name}>{one.name}</span>{" "}
                      {one.name === session.name ? <Tone tone="accent">{t("settings.people.me")}</Tone> : null}
                      {one.disabled ? <Tone>{t("settings.people.off")}</Tone> : null}
                    </td>
                    <td data-label={t("settings.people.role")}>
                      <Select<Role>
                        size="small"
                        variant="borderless"
                        aria-label={t("settings.people.role.of", { name: one.name })}
                        value={one.role}
                        disabled={Boolean(one.disabled)}
                        popupMatchSelectWidth={false}
                        options={ROLES.map((role) => ({ value: role, label: t(`app.role.${role}`) }))}
                        onChange={(role) => change.mutate({ name: one.name, role })}
                      />
                    </td>
                    <td data-label={t("settings.people.seen")}>{one.seen ? <When at={one.seen} /> : t("settings.people.never")}</td>
                    <td data-label={t("settings.people.sessions")}>{one.sessions}</td>
                    <td className={styles.end}>
                      <Button size="small" type="text" onClick={() => setResetting(one)}>
                        {t("settings.people.reset")}
                      </Button>
                      <Button
                        size="small"
                        type="text"
                        danger={!one.disabled}
                        disabled={one.name === session.name}
                        title={one.name === session.name ? t("settings.people.not_me") : undefined}
                        onClick={() => change.mutate({ name: one.name, disabled: !one.disabled })}
                      >
                        {t(one.disabled ? "settings.people.enable" : "settings.people.disable")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      <RolesPanel />
      <PersonDialog open={adding} first={first} onDone={() => void added()} onCancel={() => setAdding(false)} />
      <PasswordDialog of={resetting} onClose={() => setResetting(null)} />
    </>
  );
}
