// Budgets: what the loop may do by itself, how much of it is used now, and when a person is asked first.
import { PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError, put } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./Budgets.module.css";
import { type GatePolicy, type GateView, type Hold, type Limit, type Spending, useChange, useSetting } from "./data.ts";
import { HoldRow } from "./HoldRow.tsx";
import { LimitRow } from "./LimitRow.tsx";
import own from "./Settings.module.css";

const replaced = <T,>(rows: readonly T[], at: number, row: T | null): T[] => rows.flatMap((one, n) => (n !== at ? [one] : row === null ? [] : [row]));

export default function Budgets(): ReactNode {
  const { t, maybe } = useWords();
  const { may } = useSession();
  const live = useSetting<GateView>("/settings/gate");
  const { data: spending = [] } = useSetting<Spending[]>("/settings/spending");
  const [draft, setDraft] = useState<GatePolicy | null>(null);
  const free = may("settings");
  const policy = draft ?? live.data?.policy;
  const save = useChange(
    (given: GatePolicy) => put<GateView>("/settings/gate", { policy: given, version: live.data?.version ?? "" }),
    () => {
      setDraft(null);
      toast({ text: t("settings.budgets.saved"), tone: "good" });
    },
  );
  const changed = draft !== null && JSON.stringify(draft) !== JSON.stringify(live.data?.policy);
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [changed]);
  if (!policy || !live.data) return live.error ? <ErrorNote error={live.error} again={() => void live.refetch()} /> : <div className={own.waiting} aria-busy="true" />;
  const actions = [{ value: "*", label: t("settings.action.any") }, ...live.data.actions.map((kind) => ({ value: kind, label: maybe(`settings.action.${kind}`, kind) }))];
  const set = (parts: Partial<GatePolicy>) => setDraft({ ...policy, ...parts });
  const limits: readonly Limit[] = policy.limits ?? [];
  const holds: readonly Hold[] = policy.holds ?? [];
  const currency = policy.currency ?? "CNY";
  const stale = save.error instanceof ApiError && save.error.code === "gate.changed";
  const discard = () => {
    setDraft(null);
    save.reset();
    void live.refetch();
  };
  return (
    <>
      {free ? null : <p className={own.note}>{t("settings.budgets.denied")}</p>}
      <Panel
        title={t("settings.limits")}
        note={live.data.by ? <Since view={live.data} /> : t("settings.budgets.shipped")}
        actions={
          free ? (
            <Button size="small" icon={<PlusOutlined />} onClick={() => set({ limits: [...limits, fresh(limits)] })}>
              {t("settings.limits.add")}
            </Button>
          ) : null
        }
        flush
      >
        {limits.length ? null : <Empty title={t("settings.limits.none")}>{t("settings.limits.none.what")}</Empty>}
        <ul className={styles.rows}>
          {limits.map((limit, n) => (
            <LimitRow
              key={n}
              limit={limit}
              currency={currency}
              actions={actions}
              free={free}
              used={spending.find((one) => one.limit.name === limit.name && JSON.stringify(one.limit) === JSON.stringify(limit))}
              onChange={(row) => set({ limits: replaced(limits, n, row) })}
            />
          ))}
        </ul>
      </Panel>
      <Panel
        title={t("settings.holds")}
        note={t("settings.holds.what")}
        actions={
          free ? (
            <Button size="small" icon={<PlusOutlined />} onClick={() => set({ holds: [...holds, { action: "*", above: 10_000, confidence_below: 0 }] })}>
              {t("settings.holds.add")}
            </Button>
          ) : null
        }
        flush
      >
        {holds.length ? null : <Empty title={t("settings.holds.none")}>{t("settings.holds.none.what")}</Empty>}
        <ul className={styles.rows}>
          {holds.map((hold, n) => (
            <HoldRow key={n} hold={hold} currency={currency} actions={actions} free={free} onChange={(row) => set({ holds: replaced(holds, n, row) })} />
          ))}
        </ul>
      </Panel>
      <Panel title={t("settings.forbidden")} note={t("settings.forbidden.what")}>
        <Select<string[]>
          mode="multiple"
          className={styles.wide}
          aria-label={t("settings.forbidden")}
          disabled={!free}
          placeholder={t("settings.forbidden.none")}
          value={[...(policy.forbidden ?? [])]}
          options={actions.slice(1)}
          onChange={(forbidden) => set({ forbidden })}
        />
      </Panel>
      {changed || save.error ? (
        <div className={styles.bar} role="region" aria-label={t("settings.budgets.unsaved")}>
          <div className={styles.said}>{save.error ? <ErrorNote error={save.error} /> : t("settings.budgets.unsaved")}</div>
          <Button onClick={discard}>{t(stale ? "settings.budgets.reload" : "settings.budgets.discard")}</Button>
          <Button type="primary" loading={save.isPending} disabled={stale || !changed} onClick={() => draft && save.mutate(draft)}>
            {t("settings.budgets.save")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Since({ view }: { view: GateView }): ReactNode {
  const { t } = useWords();
  return (
    <>
      {t("settings.budgets.by", { by: view.by })} <When at={view.at} />
    </>
  );
}

/** A new limit with a name that is free. */
function fresh(limits: readonly Limit[]): Limit {
  const names = new Set(limits.map((one) => one.name));
  let n = limits.length + 1;
  while (names.has(`limit-${n}`)) n += 1;
  return { name: `limit-${n}`, action: "*", per: "shop", period: "day", count: 100, money: -1, then: "hold" };
}
