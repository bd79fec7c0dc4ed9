// The top bar: the shop and its clock, how live the page is, search, language, theme, and who is here.
import { MoonOutlined, SearchOutlined, SunOutlined, TranslationOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { format } from "@/format/index.ts";
import { useLiveState } from "@/live/stream.ts";
import { openPalette } from "@/palette/opening.ts";
import { Keys } from "@/ui/Keys.tsx";
import { useWords } from "@/words/index.ts";
import { usePreferences } from "./preferences.ts";
import { useNow, useShop } from "./shop.ts";
import styles from "./TopBar.module.css";
import { Who } from "./Who.tsx";

export function TopBar(): ReactNode {
  const { t, lang } = useWords();
  const { name, status } = useShop();
  const { shown, set } = usePreferences();
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.brand} title={t("app.home")}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span className={styles.product}>Linkloop 环环</span>
        <span className={styles.shop}>{name}</span>
      </Link>
      {status ? <Clock /> : null}
      <button type="button" className={styles.search} onClick={() => openPalette()}>
        <SearchOutlined aria-hidden="true" />
        <span className={styles.hint}>{t("app.search")}</span>
        <Keys keys="mod+K" />
      </button>
      <div className={styles.tools}>
        <Pulse />
        <Button
          type="text"
          icon={<TranslationOutlined />}
          onClick={() => set({ lang: lang === "zh" ? "en" : "zh" })}
          title={t("app.language.other.label")}
          lang={lang === "zh" ? "en" : "zh-CN"}
        >
          <span className={styles.wide}>{t("app.language.other")}</span>
        </Button>
        <Button
          type="text"
          icon={shown === "dark" ? <SunOutlined /> : <MoonOutlined />}
          onClick={() => set({ theme: shown === "dark" ? "light" : "dark" })}
          aria-label={t(shown === "dark" ? "app.theme.light" : "app.theme.dark")}
        />
        <Who />
      </div>
    </header>
  );
}

/** The shop's clock, in the shop's zone. */
function Clock(): ReactNode {
  const { t, lang } = useWords();
  const { zone } = useShop();
  const now = useNow();
  const shown = format(lang, zone);
  return (
    <div className={styles.clock} title={t("app.clock", { zone })}>
      <span className={styles.time}>{shown.time(now)}</span>
      <span className={styles.date}>{shown.date(now)}</span>
    </div>
  );
}

/** Whether the page is live, how much happens, and that a burst is shown as a sample. */
function Pulse(): ReactNode {
  const { t, lang } = useWords();
  const live = useLiveState();
  const rate = format(lang, "UTC").compact(Math.round(live.perSecond));
  const text = !live.connected ? t("app.live.off") : live.sampled ? t("app.live.sampled", { rate }) : t("app.live.on", { rate });
  return (
    <span className={styles.pulse} role="status" title={t(live.sampled ? "app.live.sampled.what" : "app.live.what")}>
      <span className={`${styles.dot} ${live.connected ? styles.on : styles.off}`} aria-hidden="true" />
      <span className={styles.wide}>{text}</span>
    </span>
  );
}
