// Settings: what is yours, what the shop may spend, who may do what, and who did.
import { Link, useParams } from "@tanstack/react-router";
import { type ComponentType, lazy, type LazyExoticComponent, type ReactNode, Suspense } from "react";
import { useSession } from "@/app/session.ts";
import { Empty } from "@/ui/Empty.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useWords } from "@/words/index.ts";
import { type Part, PARTS } from "./parts.ts";
import styles from "./Settings.module.css";

const PAGES: Readonly<Record<Part, LazyExoticComponent<ComponentType>>> = {
  you: lazy(() => import("./You.tsx")),
  sessions: lazy(() => import("./Sessions.tsx")),
  budgets: lazy(() => import("./Budgets.tsx")),
  people: lazy(() => import("./People.tsx")),
  tokens: lazy(() => import("./Tokens.tsx")),
  audit: lazy(() => import("./Audit.tsx")),
  about: lazy(() => import("./About.tsx")),
};

export default function Settings(): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const { part = "you" } = useParams({ strict: false }) as { part?: string };
  const shown = PARTS.find((one) => one.name === part);
  const Page = shown ? PAGES[shown.name] : null;
  return (
    <>
      <PageHead title={t("settings.title")} about={shown ? t(`settings.${shown.name}.about`) : undefined} />
      <div className={styles.layout}>
        <nav className={styles.parts} aria-label={t("settings.parts")}>
          {PARTS.filter((one) => may(one.needs)).map((one) => (
            <Link
              key={one.name}
              to="/settings/$part"
              params={{ part: one.name }}
              className={styles.part}
              aria-current={one.name === part ? "page" : undefined}
            >
              {t(`settings.${one.name}`)}
            </Link>
          ))}
        </nav>
        <div className={styles.page}>
          {!Page || !shown ? (
            <Empty title={t("settings.unknown")} />
          ) : may(shown.needs) ? (
            <Suspense fallback={<div className={styles.waiting} aria-busy="true" />}>
              <Page />
            </Suspense>
          ) : (
            <Empty title={t("settings.denied")}>{t("settings.denied.what")}</Empty>
          )}
        </div>
      </div>
    </>
  );
}
