// Today: the operator's home. What is sold, what the loop did, what waits, what is due, and what happens now.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useWords } from "@/words/index.ts";
import { AtRisk } from "./AtRisk.tsx";
import { type TodayData, useToday } from "./data.ts";
import figures from "./Figures.module.css";
import { Happening } from "./Happening.tsx";
import { Night } from "./Night.tsx";
import { figuresFor, type Row, rowsFor } from "./order.ts";
import { Promises } from "./Promises.tsx";
import { Providers } from "./Providers.tsx";
import { Pulse } from "./Pulse.tsx";
import { Service } from "./Service.tsx";
import { Stock } from "./Stock.tsx";
import styles from "./Today.module.css";
import { TodayFigure } from "./TodayFigure.tsx";

export default function Today(): ReactNode {
  const { t } = useWords();
  const { role } = useSession();
  const { zone } = useShop();
  const format = useFormat();
  const [hours, setHours] = useState(0);
  const { data, error, refetch } = useToday(hours);
  const panels: Readonly<Record<Row, ReactNode>> = {
    pulse: (
      <>
        <Pulse data={data} />
        <AtRisk data={data} />
      </>
    ),
    loop: (
      <>
        <Night data={data} hours={hours} onHours={setHours} />
        <Promises data={data} />
      </>
    ),
    live: (
      <>
        <Happening />
        <Service data={data} />
      </>
    ),
    stock: (
      <>
        <Stock data={data} />
        <Providers data={data} />
      </>
    ),
  };
  return (
    <>
      <PageHead title={t("today.title")} about={data ? t("today.about", { date: format.date(data.at), time: format.time(data.at), zone }) : "\u00a0"} />
      {error ? <ErrorNote error={error} again={() => void refetch()} /> : null}
      {data?.empty ? <Fresh /> : null}
      <Figures data={data} role={role} />
      {rowsFor(role).map((row) => (
        <div key={row} className={`${styles.row} ${styles[row] ?? ""}`}>
          {panels[row]}
        </div>
      ))}
    </>
  );
}

function Figures({ data, role }: { data: TodayData | undefined; role: string }): ReactNode {
  const { t } = useWords();
  return (
    <section className={figures.figures} aria-label={t("today.figures")}>
      {figuresFor(role).map((name) => (
        <div key={name} className={figures.cell}>
          <TodayFigure name={name} figure={data?.figures.find((one) => one.name === name)} />
        </div>
      ))}
    </section>
  );
}

/** A shop that nothing has happened in yet. */
function Fresh(): ReactNode {
  const { t } = useWords();
  return (
    <div className={styles.fresh}>
      <Empty
        title={t("today.fresh")}
        actions={
          <>
            <Link to="/data/import">{t("today.fresh.import")}</Link>
            <Link to="/worlds">{t("today.fresh.town")}</Link>
            <Link to="/worlds/connectors">{t("today.fresh.connect")}</Link>
          </>
        }
      >
        {t("today.fresh.what")}
      </Empty>
    </div>
  );
}
