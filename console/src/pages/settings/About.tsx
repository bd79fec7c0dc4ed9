// About: this shop, what runs it, and under which licence.
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { type ShopSettings, useSetting } from "./data.ts";
import styles from "./Settings.module.css";

export default function About(): ReactNode {
  const { t, lang, maybe } = useWords();
  const { data, error, refetch } = useSetting<ShopSettings>("/settings/shop");
  const join = (names: readonly string[]) => new Intl.ListFormat(lang === "zh" ? "zh-CN" : "en-GB").format(names);
  const facts: readonly (readonly [string, ReactNode])[] = data
    ? [
        ["name", data.name],
        ["zone", data.zone],
        ["currency", data.currency],
        ["links", join(data.links.map((name) => maybe(`settings.link.${name}`, name)))],
        ["worlds", data.worlds.length ? join(data.worlds.map((name) => maybe(`settings.world.${name}`, name))) : "–"],
        ["address", `${data.host}:${data.port}`],
        ["version", `Linkloop ${data.version}`],
        ["licence", data.licence],
      ]
    : [];
  return (
    <Panel title={t("settings.about.shop")} note={t("settings.about.file")}>
      <ErrorNote error={error} again={() => void refetch()} />
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{t(`settings.about.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
