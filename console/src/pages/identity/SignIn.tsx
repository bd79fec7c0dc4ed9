// The door: a name and a password, or the access token of the settings file; in both languages, also on a phone.
import { GlobalOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { usePreferences } from "@/app/preferences.ts";
import { SESSION } from "@/app/session.ts";
import { useWords } from "@/words/index.ts";
import { Rings } from "./Rings.tsx";
import styles from "./SignIn.module.css";
import { SignInForm } from "./SignInForm.tsx";

type Me = components["schemas"]["Me"];

export default function SignIn(): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: me } = useQuery({ queryKey: ["identity", "door"], queryFn: () => get<Me>("/session"), staleTime: 0 });
  const [chosen, setChosen] = useState<"password" | "token" | null>(null);
  const way = chosen ?? (me && !me.accounts ? "token" : "password");
  useEffect(() => {
    document.title = `${t("identity.title")} · Linkloop 环环`;
  }, [t]);
  // Somebody signed in in another tab, or the shop needs no signing in any more.
  useEffect(() => {
    if (me?.signed_in) void client.invalidateQueries({ queryKey: SESSION });
  }, [me?.signed_in, client]);
  return (
    <div className={styles.page}>
      <Tools />
      <main className={styles.card}>
        <div className={styles.brand}>
          <Rings />
          <h1 className={styles.title}>{t("identity.title")}</h1>
          <p className={styles.about}>{t("identity.about")}</p>
        </div>
        {me?.problem === "session.expired" ? (
          <p className={styles.notice} role="status">
            {t("identity.expired")}
          </p>
        ) : null}
        <SignInForm key={way} way={way} onDone={() => client.invalidateQueries({ queryKey: SESSION })} />
        <div className={styles.foot}>
          {me?.token && me.accounts ? (
            <Button type="link" size="small" onClick={() => setChosen(way === "token" ? "password" : "token")}>
              {t(way === "token" ? "identity.use.password" : "identity.use.token")}
            </Button>
          ) : null}
          <details className={styles.help}>
            <summary>{t("identity.help")}</summary>
            <p>{t(way === "token" ? "identity.help.token" : "identity.help.password")}</p>
            <code className={styles.command}>{way === "token" ? "linkloop.toml" : "linkloop people reset"}</code>
          </details>
        </div>
      </main>
    </div>
  );
}

/** Language and theme, before anybody is known. */
function Tools(): ReactNode {
  const { t, lang } = useWords();
  const { shown, set } = usePreferences();
  return (
    <div className={styles.tools}>
      <Button
        type="text"
        icon={<GlobalOutlined />}
        lang={lang === "zh" ? "en" : "zh-CN"}
        aria-label={t("app.language.other.label")}
        onClick={() => set({ lang: lang === "zh" ? "en" : "zh" })}
      >
        {t("app.language.other")}
      </Button>
      <Button
        type="text"
        icon={shown === "dark" ? <SunOutlined /> : <MoonOutlined />}
        aria-label={t(shown === "dark" ? "app.theme.light" : "app.theme.dark")}
        onClick={() => set({ theme: shown === "dark" ? "light" : "dark" })}
      />
    </div>
  );
}
