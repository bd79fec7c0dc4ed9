// One decision in full: what is proposed, what it risks, why, and what would have happened otherwise.
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useSession } from "@/app/session.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { Left } from "@/ui/Left.tsx";
import { Money } from "@/ui/Money.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Dossier, type Item, useDossier } from "./data.ts";
import { ActionFields } from "./ActionFields.tsx";
import styles from "./Detail.module.css";
import { exportEvidence } from "./exportEvidence.ts";
import { GateBars } from "./GateBars.tsx";
import { History } from "./History.tsx";
import { Judgements } from "./Judgements.tsx";
import { OtherwisePart } from "./OtherwisePart.tsx";
import { OutboxLine } from "./OutboxLine.tsx";
import { SeenFacts } from "./SeenFacts.tsx";
import { Sure } from "./Sure.tsx";
import type { Deed } from "./useDeeds.ts";

export interface DetailProps {
  readonly id: string;
  readonly busy: Deed | undefined;
  readonly problem: unknown;
  readonly onDeed: (deed: Deed, item: Item, dossier: Dossier) => void;
}

export function Detail({ id, busy, problem, onDeed }: DetailProps): ReactNode {
  const { t, say, maybe } = useWords();
  const { data, error, refetch } = useDossier(id);
  if (error) return <div className={styles.pad}><ErrorNote error={error} again={() => void refetch()} /></div>;
  if (!data) return <div className={styles.pad}><Skeleton active paragraph={{ rows: 12 }} /></div>;
  const { item, decision } = data;
  return (
    <article className={styles.detail} aria-label={say(item.title)} data-decision={item.id}>
      <header className={styles.head}>
        <div className={styles.line}>
          <StatusTag status={item.status} />
          <span className={styles.kind}>
            {maybe(`decisions.kind.${item.action_kind}`, item.action_kind)} · {maybe(`decisions.link.${item.link}`, item.link)}
          </span>
          <ThingLink kind="case" id={item.case_id}>{t("decisions.case")}</ThingLink>
          <Button size="small" type="text" onClick={() => void exportEvidence(item.id)}>
            {t("decisions.export")}
          </Button>
        </div>
        <h2 className={styles.title}>{say(item.title)}</h2>
        <p className={styles.reason}>{say(item.reason)}</p>
        <dl className={styles.figures}>
          <div>
            <dt>{t("decisions.risk")}</dt>
            <dd className={styles.risk}><Money value={item.at_risk} /></dd>
          </div>
          {item.status === "held" ? (
            <div>
              <dt>{t("decisions.left")}</dt>
              <dd>{item.decide_by ? <Left until={item.decide_by} /> : t("decisions.left.none")}</dd>
            </div>
          ) : null}
          <div>
            <dt>{t("decisions.sure")}</dt>
            <dd><Sure words={item.sure} value={item.confidence} /></dd>
          </div>
          <div>
            <dt>{t("decisions.at")}</dt>
            <dd><When at={item.at} /></dd>
          </div>
        </dl>
        {item.waits ? <p className={styles.waits}>{say(item.waits)}</p> : null}
        <Deeds dossier={data} busy={busy} onDeed={onDeed} />
        {problem ? <ErrorNote error={problem} again={() => void refetch()} /> : null}
        <OutboxLine dossier={data} />
      </header>
      <Section title={t("decisions.why.action")}><ActionFields decision={decision} /></Section>
      <Section title={t("decisions.why.heard")}>
        {data.heard ? (
          <p>
            {say(data.heard.text)} <span className={styles.quiet}><When at={data.heard.at} /></span>
          </p>
        ) : (
          <p className={styles.quiet}>{t("decisions.why.heard.person", { by: decision.by })}</p>
        )}
      </Section>
      <Section title={t("decisions.why.gate")}><GateBars checks={decision.checks ?? []} /></Section>
      <Section title={t("decisions.why.otherwise")}><OtherwisePart id={item.id} /></Section>
      {data.judged.length ? <Section title={t("decisions.why.judged")}><Judgements judged={data.judged} /></Section> : null}
      <Section title={t("decisions.why.facts")}><SeenFacts facts={data.facts} /></Section>
      <Section title={t("decisions.why.history")}><History dossier={data} /></Section>
    </article>
  );
}

function Deeds({ dossier, busy, onDeed }: { dossier: Dossier; busy: Deed | undefined; onDeed: DetailProps["onDeed"] }): ReactNode {
  const { t } = useWords();
  const session = useSession();
  const { item } = dossier;
  const mine = session.may("decide") && (session.links.includes("*") || session.links.includes(item.link));
  if (item.status !== "held" && !dossier.undo_kind) return null;
  if (!mine) return <p className={styles.quiet}>{t("decisions.notyours")}</p>;
  const does = (deed: Deed) => () => onDeed(deed, item, dossier);
  return (
    <div className={styles.deeds}>
      {item.status === "held" ? (
        <>
          <Button type="primary" loading={busy === "approve"} disabled={Boolean(busy)} onClick={does("approve")}>
            {t("decisions.approve")} <Keys keys="A" />
          </Button>
          {dossier.fields.length ? (
            <Button disabled={Boolean(busy)} loading={busy === "adjust"} onClick={does("adjust")}>
              {t("decisions.adjust")} <Keys keys="E" />
            </Button>
          ) : null}
          <Button danger disabled={Boolean(busy)} loading={busy === "refuse"} onClick={does("refuse")}>
            {t("decisions.refuse")} <Keys keys="R" />
          </Button>
        </>
      ) : (
        <Button disabled={Boolean(busy)} loading={busy === "undo"} onClick={does("undo")}>
          {t("decisions.undo")} <Keys keys="U" />
        </Button>
      )}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}
