// What is yours: language, theme, password.
import { Button, Input, Segmented } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { post } from "@/api/client.ts";
import { usePreferences } from "@/app/preferences.ts";
import { useSession } from "@/app/session.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { useChange } from "./data.ts";
import styles from "./Settings.module.css";

export default function You(): ReactNode {
  const { t } = useWords();
  const { lang, theme, set } = usePreferences();
  const { via } = useSession();
  return (
    <>
      <Panel title={t("settings.you.look")} note={t(via === "session" ? "settings.you.look.kept" : "settings.you.look.here")}>
        <div className={styles.choice}>
          <h3 id="choose-language">{t("settings.you.language")}</h3>
          <Segmented
            aria-labelledby="choose-language"
            value={lang}
            options={[
              { value: "zh", label: t("settings.you.language.zh") },
              { value: "en", label: t("settings.you.language.en") },
            ]}
            onChange={(chosen) => set({ lang: chosen === "zh" ? "zh" : "en" })}
          />
        </div>
        <div className={styles.choice}>
          <div>
            <h3 id="choose-theme">{t("settings.you.theme")}</h3>
            <p className={styles.hint}>{t("settings.you.theme.what")}</p>
          </div>
          <Segmented
            aria-labelledby="choose-theme"
            value={theme}
            options={(["light", "dark", "system"] as const).map((value) => ({ value, label: t(`settings.you.theme.${value}`) }))}
            onChange={(chosen) => set({ theme: chosen })}
          />
        </div>
      </Panel>
      {via === "session" ? <PasswordPanel /> : null}
      {via === "local" ? <p className={styles.note}>{t("settings.you.local")}</p> : null}
      {via === "token" ? <p className={styles.note}>{t("settings.you.token")}</p> : null}
    </>
  );
}

function PasswordPanel(): ReactNode {
  const { t } = useWords();
  const { name } = useSession();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useChange(
    () => post<{ ended: number }>("/session/password", { old, new: fresh }),
    ({ ended }) => {
      setOld("");
      setFresh("");
      toast({ text: ended ? t("settings.password.done.ended", { ended }) : t("settings.password.done"), tone: "good" });
    },
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (old && fresh) change.mutate(undefined);
  };
  return (
    <Panel title={t("settings.password")}>
      <form className={styles.form} onSubmit={send}>
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <label className={styles.field}>
          <span>{t("settings.password.old")}</span>
          <Input.Password autoComplete="current-password" value={old} onChange={(event) => setOld(event.target.value)} />
        </label>
        <label className={styles.field}>
          <span>{t("settings.password.new")}</span>
          <Input.Password autoComplete="new-password" value={fresh} onChange={(event) => setFresh(event.target.value)} />
          <span className={styles.hint}>{t("settings.password.hint")}</span>
        </label>
        <ErrorNote error={change.error} />
        <div>
          <Button type="primary" htmlType="submit" loading={change.isPending} disabled={!old || !fresh}>
            {t("settings.password.change")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
