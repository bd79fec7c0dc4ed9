// Connectors and health: every way between the shop and the outside, how fast the loop is, and what doctor says.
import { PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { type ReactNode, useState } from "react";
import { useSession } from "@/app/session.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { ConnectorCard } from "./ConnectorCard.tsx";
import { useConnectors, type HookOpened } from "./connectorData.ts";
import { Doctor } from "./Doctor.tsx";
import { LoopPanel } from "./LoopPanel.tsx";
import { NewHook } from "./NewHook.tsx";
import { SecretOnce } from "./SecretOnce.tsx";
import { Tabs } from "./Tabs.tsx";
import styles from "./Connectors.module.css";

export default function Connectors(): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const connectors = useConnectors();
  const [opening, setOpening] = useState(false);
  const [told, setTold] = useState<HookOpened | null>(null);
  const hooks = connectors.data?.some((one) => one.kind === "hook") ?? true;
  return (
    <div className={styles.page}>
      <PageHead title={t("worlds.title")} about={t("connectors.about")}>
        <Tabs />
      </PageHead>
      <LoopPanel />
      <Panel
        title={t("connectors.title")}
        actions={
          <Button size="small" icon={<PlusOutlined />} disabled={!may("settings")} title={may("settings") ? undefined : t("connectors.hook.admin")} onClick={() => setOpening(true)}>
            {t("connectors.hook.new")}
          </Button>
        }
      >
        <ErrorNote error={connectors.error} again={() => void connectors.refetch()} />
        {connectors.data ? (
          <div className={styles.cards}>
            {connectors.data.map((one) => (
              <ConnectorCard key={`${one.kind}:${one.name}`} connector={one} onSecret={setTold} />
            ))}
            {hooks ? null : <p className={styles.teach}>{t("connectors.hook.none")}</p>}
          </div>
        ) : (
          <Skeleton active paragraph={{ rows: 8 }} />
        )}
      </Panel>
      <Doctor />
      {opening ? <NewHook onClose={() => setOpening(false)} onSecret={setTold} /> : null}
      {told ? <SecretOnce opened={told} onClose={() => setTold(null)} /> : null}
    </div>
  );
}
