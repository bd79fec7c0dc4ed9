// One link in full: what it hears, asks, says and decides, its decision tables, and its figures of the day.
import { Link } from "@tanstack/react-router";
import { Drawer, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { useLinkCard, type LinkCard } from "./data.ts";
import type { Names } from "./useNames.ts";
import styles from "./LinkDrawer.module.css";

export function LinkDrawer({ name, names, onClose }: { name: string; names: Names; onClose: () => void }): ReactNode {
  const { say } = useWords();
  const { data, error } = useLinkCard(name);
  return (
    <Drawer open={name !== ""} onClose={onClose} size={520} title={data ? say(data.title) : names.of(`link:${name}`, name)} destroyOnHidden>
      <ErrorNote error={error} />
      {data ? <Card card={data} names={names} /> : <Skeleton active paragraph={{ rows: 12 }} />}
    </Drawer>
  );
}

function Card({ card, names }: { card: LinkCard; names: Names }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const times = (count: number) => t("map.link.times", { count: format.number(count) });
  return (
    <div className={styles.card}>
      <div className={styles.figures}>
        <Figure name={t("map.link.heard")} value={format.number(card.hears.reduce((sum, one) => sum + one.today, 0))} />
        <Figure name={t("map.link.decided")} value={format.number(card.decides.reduce((sum, one) => sum + one.today, 0))} />
        <Figure name={t("map.link.late")} value={format.number(card.late)} bad={card.late > 0} />
        <Figure name={t("map.link.dead")} value={card.dead_letters ? <Link to="/data/dead-letters">{format.number(card.dead_letters)}</Link> : format.number(0)} bad={card.dead_letters > 0} />
      </div>
      <Part title={t("map.link.hears")}>
        {card.hears.map((one) => (
          <Row key={one.kind} name={names.of(`event:${one.kind}`, pascal(one.kind))} code={one.kind} about={say(one.about)} end={times(one.today)}>
            {one.slow ? <Tone>{t("map.slow")}</Tone> : null}
            {one.deadline_ms ? <Tone tone="info">{t("map.link.deadline", { time: format.duration(one.deadline_ms) })}</Tone> : null}
          </Row>
        ))}
      </Part>
      <Part title={t("map.link.asks")} none={t("map.link.asks.none")}>
        {card.asks.map((one) => (
          <Row key={one.question} name={maybe(`models.question.${one.question}`, one.question)} code={one.models.join(", ")} about={say(one.about)} end={times(one.today)} />
        ))}
      </Part>
      <Part title={t("map.link.decides")} none={t("map.link.decides.none")}>
        {card.decides.map((one) => (
          <Row key={one.action} name={names.of(`action:${one.action}`, one.action)} code={one.action} about={say(one.about)} end={times(one.today)}>
            {Object.entries(one.statuses).map(([status, count]) => (
              <span key={status}>
                <StatusTag status={status} /> {format.number(count)}
              </span>
            ))}
          </Row>
        ))}
      </Part>
      <Part title={t("map.link.tables")} none={t("map.link.tables.none")}>
        {card.tables.map((one) => (
          <div key={one.name} className={styles.row}>
            <Link to="/rules/$name" params={{ name: one.name }}>
              {maybe(`models.question.${one.question}`, one.name)}
            </Link>
            <code>{one.version}</code>
          </div>
        ))}
      </Part>
      <Part title={t("map.link.says")}>
        {card.says.map((one) => (
          <Row key={one.kind} name={one.noun === "event" ? names.of(`event:${one.kind}`, pascal(one.kind)) : one.kind} code={one.kind} about={say(one.about)} end={times(one.today)}>
            <Tone>{t(`map.link.noun.${one.noun}`)}</Tone>
          </Row>
        ))}
      </Part>
    </div>
  );
}

const pascal = (kind: string) => kind.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

function Figure({ name, value, bad }: { name: string; value: ReactNode; bad?: boolean }): ReactNode {
  return (
    <div>
      <strong className={bad ? styles.bad : ""}>{value}</strong>
      <span>{name}</span>
    </div>
  );
}

function Part({ title, none, children }: { title: string; none?: string; children: readonly ReactNode[] }): ReactNode {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children.length ? children : <p className={styles.none}>{none}</p>}
    </section>
  );
}

function Row({ name, code, about, end, children }: { name: string; code: string; about: string; end: string; children?: ReactNode }): ReactNode {
  return (
    <div className={styles.item}>
      <div className={styles.row}>
        <span>
          <strong>{name}</strong> <code>{code}</code>
        </span>
        <span className={styles.end}>{end}</span>
      </div>
      <p>{about}</p>
      {children ? <div className={styles.tags}>{children}</div> : null}
    </div>
  );
}
