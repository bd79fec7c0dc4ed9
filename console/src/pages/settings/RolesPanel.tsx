// What each role may do, as the API has it.
import type { ReactNode } from "react";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { type RoleInfo, ROLES, useSetting } from "./data.ts";
import styles from "./Settings.module.css";

export function RolesPanel(): ReactNode {
  const { t, lang, maybe } = useWords();
  const { data = [] } = useSetting<RoleInfo[]>("/roles");
  const join = new Intl.ListFormat(lang === "zh" ? "zh-CN" : "en-GB");
  const told = (role: RoleInfo) => {
    const parts = role.permissions
      .filter((one) => one !== "decide" || !role.links.length)
      .map((one) => t(`settings.may.${one}`));
    if (role.links.length) parts.push(t("settings.may.decide.links", { links: join.format(role.links.map((one) => maybe(`settings.link.${one}`, one))) }));
    return join.format(parts);
  };
  return (
    <Panel title={t("settings.roles")}>
      <div className={styles.roles}>
        {ROLES.flatMap((name) => data.filter((one) => one.role === name)).map((one) => (
          <div key={one.role}>
            <h3>{t(`app.role.${one.role}`)}</h3>
            <p className={styles.hint}>{one.role === "admin" ? t("settings.may.all") : told(one)}</p>
          </div>
        ))}
      </div>
    </Panel>
  );
}
