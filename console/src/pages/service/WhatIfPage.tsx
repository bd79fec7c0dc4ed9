// What-if: another policy of service, replayed over what really happened: what would have been decided, for how much, case by case.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import { type ReactNode, useMemo } from "react";
import { useSession } from "@/app/session.ts";
import { type Detail, rules } from "@/pages/rules/api.ts";
import { useSpeaker } from "@/pages/rules/speaking.ts";
import { useDraft } from "@/pages/rules/useDraft.ts";
import { WhatIf } from "@/pages/rules/WhatIf.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { Worth } from "./Worth.tsx";
import { Tabs } from "./Tabs.tsx";
import styles from "./WhatIfPage.module.css";

const DAYS = 30;
const FIRST = "rules:RemedyPolicy";
const LIMITS = ["answers", "customer", "model", "stock"] as const;

export default function WhatIfPage(): ReactNode {
  const { t, say } = useWords();
  const { table } = useSearch({ strict: false }) as { table?: string };
  const navigate = useNavigate();
  const list = useQuery({ queryKey: ["rules", "all", DAYS], queryFn: () => rules.all(DAYS) });
  const tables = (list.data ?? []).filter((one) => one.link === "service");
  const name = tables.find((one) => one.name === table)?.name ?? tables.find((one) => one.name === FIRST)?.name ?? tables[0]?.name ?? "";
  const detail = useQuery({ queryKey: ["rules", name, "one"], queryFn: () => rules.one(name, DAYS), enabled: name !== "" });
  return (
    <div className={styles.page}>
      <PageHead title={t("service.whatif.title")} about={t("service.whatif.about")} actions={<Tabs />} />
      <ErrorNote error={list.error ?? detail.error} again={() => void list.refetch()} />
      {list.data && tables.length === 0 ? <Empty title={t("service.whatif.none")}>{t("service.whatif.none.about")}</Empty> : null}
      <div className={styles.both}>
        <Panel title={t("service.whatif.policy")} className={styles.main}>
          <div className={styles.pick}>
            <Select
              className={styles.select}
              aria-label={t("service.whatif.policy")}
              value={name || undefined}
              options={tables.map((one) => ({ value: one.name, label: say(one.title) }))}
              onChange={(value: string) => void navigate({ to: "/service/what-if", search: { table: value } as never, replace: true })}
            />
            {name ? <Link to="/rules/$name" params={{ name }}>{t("service.whatif.edit")}</Link> : null}
          </div>
          {detail.data?.summary.name === name ? <Chosen key={`${name} ${detail.data.summary.version} ${detail.data.mine?.revision ?? 0}`} detail={detail.data} /> : null}
        </Panel>
        <div className={styles.side}>
          <Panel title={t("service.whatif.limits")}>
            <ul className={styles.limits}>
              {LIMITS.map((one) => <li key={one}>{t(`service.whatif.limit.${one}`)}</li>)}
            </ul>
          </Panel>
          <Worth />
        </div>
      </div>
    </div>
  );
}

function Chosen({ detail }: { detail: Detail }): ReactNode {
  const { t } = useWords();
  const { may } = useSession();
  const readOnly = !may("rules");
  const draft = useDraft(detail, false); // it is written on its own page; here it is only tried
  const speaker = useSpeaker(useMemo(() => [...detail.asks, ...detail.answers], [detail]), detail.currency);
  const { mine, summary } = detail;
  return (
    <>
      <p className={styles.quiet}>{mine ? <>{t("service.whatif.draft")} <When at={mine.at} /></> : t("service.whatif.same")}</p>
      <WhatIf name={summary.name} sheet={draft.sheet} version={draft.check?.version ?? ""} ready={Boolean(draft.check?.ready) && !draft.checking} checking={draft.checking} currency={detail.currency} speaker={speaker} readOnly={readOnly} />
    </>
  );
}
