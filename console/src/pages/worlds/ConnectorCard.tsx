// One connector: its state, what it says, what waits for it, and how it is set up.
import { ApiOutlined, CommentOutlined, FileTextOutlined, GlobalOutlined, LoginOutlined, LogoutOutlined, MessageOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useNow } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Connector, HookOpened } from "./connectorData.ts";
import { EndpointPart } from "./EndpointPart.tsx";
import { HookPart } from "./HookPart.tsx";
import { PlatformPart } from "./PlatformPart.tsx";
import { QualityPart } from "./QualityPart.tsx";
import styles from "./Connectors.module.css";

const ICONS: Readonly<Record<Connector["kind"], ReactNode>> = {
  town: <GlobalOutlined />,
  files: <FileTextOutlined />,
  webchat: <CommentOutlined />,
  platform: <MessageOutlined />,
  hook: <LoginOutlined />,
  endpoint: <LogoutOutlined />,
  other: <ApiOutlined />,
};
const TONES: Readonly<Record<Connector["state"], ToneName>> = { running: "good", paused: "warn", waiting: "info", trouble: "bad", stopped: "plain" };

export function ConnectorCard({ connector, onSecret }: { connector: Connector; onSecret: (opened: HookOpened) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const { kind, name, state } = connector;
  const named = kind === "hook" || kind === "endpoint" || kind === "platform" || kind === "other";
  const title = named ? name : t(`connectors.kind.${kind}`);
  const ago = connector.last_heard ? Math.max(0, now.getTime() - Date.parse(connector.last_heard)) : null;
  return (
    <article className={styles.card} aria-label={title}>
      <header className={styles.cardHead}>
        <span className={styles.icon}>{ICONS[kind]}</span>
        <div className={styles.names}>
          <h3>{title}</h3>
          <small>{connector.platform ? t(`connectors.platform.${connector.platform.kind}`) : t(`connectors.kind.${kind}.what`)}</small>
        </div>
        <Tone tone={TONES[state]}>{t(`connectors.state.${state}`)}</Tone>
      </header>
      {connector.problem ? <p className={styles.problem}>{connector.problem}</p> : null}
      <dl className={styles.facts}>
        {kind === "endpoint" ? null : (
          <>
            <Fact name={t("connectors.last")} value={ago === null ? t("connectors.never") : ago < 1000 ? t("connectors.now") : t("connectors.ago", { time: format.duration(ago) })} />
            <Fact name={t("connectors.today")} value={format.number(connector.today)} />
            <Fact name={t("connectors.rate")} value={format.number(connector.per_minute, 1)} />
          </>
        )}
        {kind === "files" || kind === "hook" ? null : <Fact name={t("connectors.backlog")} value={format.number(connector.backlog)} warns={connector.unclear > 0} />}
        {connector.unclear ? <Fact name={t("connectors.unclear")} value={format.number(connector.unclear)} warns /> : null}
        {connector.hook ? <Fact name={t("connectors.hook.refused")} value={format.number(connector.hook.refused)} warns={connector.hook.refused > 0} /> : null}
        {connector.dead ? <Fact name={t("connectors.dead")} value={<Link to="/data/dead-letters">{format.number(connector.dead)}</Link>} warns /> : null}
      </dl>
      {connector.hook ? <HookPart name={name} hook={connector.hook} onSecret={onSecret} /> : null}
      {connector.endpoint ? <EndpointPart name={name} endpoint={connector.endpoint} /> : null}
      {connector.platform ? <PlatformPart platform={connector.platform} /> : null}
      {connector.quality ? <QualityPart quality={connector.quality} /> : null}
      {kind === "webchat" ? <Link to="/worlds/chat">{t("connectors.webchat.try")}</Link> : null}
      {kind === "files" ? <Link to="/data/import">{t("connectors.files.do")}</Link> : null}
      {kind === "town" ? <Link to="/worlds">{t("connectors.town.do")}</Link> : null}
    </article>
  );
}

function Fact({ name, value, warns }: { name: string; value: ReactNode; warns?: boolean }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={warns ? styles.warns : ""}>{value}</dd>
    </div>
  );
}
