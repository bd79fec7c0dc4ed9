// The rail: the areas of the console, the same for everyone; a bar at the bottom of a phone.
import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import { AREAS, within } from "./areas.tsx";
import styles from "./Rail.module.css";
import { useSession } from "./session.ts";
import { useShop } from "./shop.ts";
import { useWaiting } from "./waiting.ts";

export function Rail(): ReactNode {
  const { t } = useWords();
  const { held } = useShop();
  const stock = useWaiting();
  const counts: Readonly<Record<string, number>> = { decisions: held, stock };
  const { may } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav className={styles.rail} aria-label={t("app.areas")}>
      <ul className={styles.list}>
        {AREAS.filter((area) => may(area.needs)).map((area) => (
          <li key={area.name} className={`${area.apart ? styles.apart : ""} ${area.phone ? "" : styles.wide}`}>
            <Link to={area.to} className={styles.link} title={t(`app.area.${area.name}`)} aria-current={within(area, path) ? "page" : undefined}>
              <span className={styles.icon} aria-hidden="true">
                {area.icon}
              </span>
              <span className={styles.name}>{t(`app.area.${area.name}`)}</span>
              <Count count={counts[area.name] ?? 0} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Count({ count }: { count: number }): ReactNode {
  const { t } = useWords();
  return count > 0 ? (
    <span className={styles.count} aria-label={t("app.waiting", { count })}>
      {count > 99 ? "99+" : count}
    </span>
  ) : null;
}
