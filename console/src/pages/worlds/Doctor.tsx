// Doctor: everything that can be wrong with the shop, looked at, with what to do.
import { Link } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { useDoctor } from "./connectorData.ts";
import styles from "./Connectors.module.css";

const DEAD = "dead letters"; // what doctor says to do about them is for the command line
const ORDER: Readonly<Record<string, number>> = { error: 0, warning: 1, ok: 2 };

export function Doctor(): ReactNode {
  const { t, say, maybe } = useWords();
  const doctor = useDoctor();
  const found = [...(doctor.data ?? [])].sort((a, b) => (ORDER[a.verdict] ?? 0) - (ORDER[b.verdict] ?? 0));
  const bad = found.filter((one) => one.verdict !== "ok").length;
  return (
    <Panel
      title={t("connectors.doctor")}
      note={doctor.data ? t(bad ? "connectors.doctor.some" : "connectors.doctor.well", { count: bad, of: found.length }) : undefined}
      actions={
        <Button size="small" onClick={() => void doctor.refetch()} loading={doctor.isFetching}>
          {t("connectors.doctor.again")}
        </Button>
      }
      flush
    >
      <ErrorNote error={doctor.error} />
      {doctor.data ? (
        <ul className={styles.findings}>
          {found.map((one) => (
            <li key={one.name}>
              <Tone tone={one.verdict === "ok" ? "good" : one.verdict === "warning" ? "warn" : "bad"}>{t(`connectors.doctor.${one.verdict}`)}</Tone>
              <strong>{maybe(`connectors.doctor.about.${one.name.replaceAll(" ", "_")}`, one.name)}</strong>
              <span className={styles.told} data-volatile>
                {say(one.text)}
                {one.name === DEAD && one.verdict !== "ok" ? <Link to="/data/dead-letters"> {t("connectors.doctor.letters")}</Link> : say(one.todo) ? <em> {say(one.todo)}</em> : null}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <div className={styles.waiting}>
          <Skeleton active title={false} paragraph={{ rows: 7 }} />
        </div>
      )}
    </Panel>
  );
}
