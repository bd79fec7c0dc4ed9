// One table, event or view: its rows, contract, quality and lineage, and how fresh it is.
import { CodeOutlined } from "@ant-design/icons";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Skeleton, Tabs } from "antd";
import type { ReactNode } from "react";
import { useSession } from "@/app/session.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { type Contract, useContract } from "./api.ts";
import { ContractPanel } from "./ContractPanel.tsx";
import { ExportButton } from "./ExportButton.tsx";
import { FreshnessStrip } from "./FreshnessStrip.tsx";
import { LineagePanel } from "./LineagePanel.tsx";
import { Means } from "./Means.tsx";
import { QualityPanel } from "./QualityPanel.tsx";
import { Rows } from "./Rows.tsx";

export default function Table(): ReactNode {
  const { name = "" } = useParams({ strict: false });
  const contract = useContract(name);
  if (contract.error) return <ErrorNote error={contract.error} again={() => void contract.refetch()} />;
  if (!contract.data) return <Skeleton active paragraph={{ rows: 14 }} />;
  return <Shown key={name} contract={contract.data} />;
}

function Shown({ contract }: { contract: Contract }): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const whole = `SELECT *\nFROM ${contract.name}\nLIMIT 1000`;
  const tabs = {
    rows: <Rows contract={contract} />,
    contract: <ContractPanel contract={contract} />,
    quality: <QualityPanel contract={contract} />,
    lineage: <LineagePanel table={contract.name} />,
  };
  const tab = search.tab && search.tab in tabs ? search.tab : "rows";
  return (
    <>
      <PageHead
        title={contract.name}
        about={
          <>
            <Tone>{t(`data.kind.${contract.noun}`)}</Tone> <Means text={contract.means} />
          </>
        }
        actions={
          may("sql") ? (
            <>
              <ExportButton query={`SELECT * FROM ${contract.name}`} name={contract.name} />
              <Link to="/data/sql" search={{ query: whole }}>
                <Button icon={<CodeOutlined />}>{t("data.sql.open")}</Button>
              </Link>
            </>
          ) : null
        }
      />
      <FreshnessStrip contract={contract} />
      <Panel flush label={contract.name}>
        <Tabs
          activeKey={tab}
          onChange={(next) => void navigate({ to: ".", search: { ...search, tab: next === "rows" ? undefined : next }, replace: true })}
          tabBarStyle={{ marginBottom: 0, paddingInline: 16 }}
          destroyOnHidden
          items={Object.entries(tabs).map(([key, children]) => ({ key, label: t(`data.tab.${key}`), children }))}
        />
      </Panel>
    </>
  );
}
