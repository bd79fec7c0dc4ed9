// What if: a place closes, a typhoon holds up a region, lanes cost more, demand grows, a warehouse opens.
import { Button, Select } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { type Changes, type Figures, isNothing, type NetworkData, NOTHING, type Outlook } from "./data.ts";
import styles from "./Network.module.css";

export interface WhatIfProps {
  readonly data: NetworkData;
  readonly changes: Changes;
  readonly outlook: Outlook | undefined;
  readonly busy: boolean;
  readonly problem: unknown;
  readonly unmodelled: boolean;
  readonly onChange: (changes: Changes) => void;
}

export function WhatIf({ data, changes, outlook, busy, problem, unmodelled, onChange }: WhatIfProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const named = new Map(data.places.map((one) => [one.place, one.place]));
  const region = new Map(data.regions);
  const stricken = data.places.find((place) => place.region && place.present > 0) ?? data.places[0];
  const several = (field: "closed" | "typhoon" | "opened", options: readonly { value: string; label: string }[]) => (
    <label className={styles.field}>
      <span>{t(`network.whatif.${field}`)}</span>
      <Select id={`network-${field}`} mode="multiple" allowClear maxTagCount="responsive" optionFilterProp="label" value={[...changes[field]]} onChange={(value: string[]) => onChange({ ...changes, [field]: value })} options={[...options]} placeholder={t("network.whatif.nothing")} />
    </label>
  );
  const factor = (field: "lanes" | "demand", values: readonly number[]) => (
    <label className={styles.field}>
      <span>{t(`network.whatif.${field}`)}</span>
      <Select value={changes[field]} onChange={(value: number) => onChange({ ...changes, [field]: value })} options={values.map((value) => ({ value, label: value === 1 ? t("network.whatif.as_is") : format.change(value - 1, 0) }))} />
    </label>
  );
  return (
    <Panel
      title={t("network.whatif")}
      note={busy ? t("network.whatif.busy") : undefined}
      actions={
        isNothing(changes) ? null : (
          <Button size="small" onClick={() => onChange(NOTHING)}>
            {t("network.whatif.clear")}
          </Button>
        )
      }
    >
      <div className={styles.form} aria-busy={busy || undefined}>
        {stricken ? (
          <div className={styles.quick}>
            <Button size="small" onClick={() => onChange({ ...NOTHING, closed: [stricken.place], typhoon: stricken.region ? [stricken.region] : [] })}>
              {t("network.whatif.quick.typhoon", { place: stricken.place })}
            </Button>
            <Button size="small" onClick={() => onChange({ ...NOTHING, lanes: 1.2 })}>
              {t("network.whatif.quick.lanes")}
            </Button>
          </div>
        ) : null}
        {several("closed", [...named].map(([value, label]) => ({ value, label })))}
        {several("typhoon", [...region].map(([value, name]) => ({ value, label: say(name) })))}
        {factor("lanes", [1, 1.1, 1.2, 1.5, 0.9])}
        {factor("demand", [1, 1.2, 1.5, 2, 0.8])}
        {several("opened", data.destinations.map((one) => ({ value: one.destination, label: say(one.name) })))}
        {unmodelled ? <p className={styles.more}>{t("network.whatif.unmodelled")}</p> : null}
        <ErrorNote error={problem} />
        {outlook && !outlook.made_on ? <p className={styles.more}>{t("network.no_plan")}</p> : null}
        {outlook?.before && outlook.kept && outlook.after ? <Sides before={outlook.before} kept={outlook.kept} after={outlook.after} currency={data.currency} /> : isNothing(changes) ? <p className={styles.more}>{t("network.whatif.ask")}</p> : null}
      </div>
    </Panel>
  );
}

function Sides({ before, kept, after, currency }: { before: Figures; kept: Figures; after: Figures; currency: string }): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  const money = (amount: number) => format.money({ amount: Math.round(amount), currency }, "whole");
  const parts = [...new Set([...Object.keys(before.costs), ...Object.keys(after.costs)])];
  const rows: readonly [string, (side: Figures) => string][] = [
    [t("network.row.cost"), (side) => money(side.cost)],
    ...parts.map((part): [string, (side: Figures) => string] => [maybe(`network.part.${part}`, part), (side) => money(side.costs[part] ?? 0)]),
    [t("network.row.promise"), (side) => format.number(side.promise_days, 1)],
    [t("network.row.on_time"), (side) => format.percent(side.on_time, 1)],
  ];
  return (
    <table className={styles.sides}>
      <caption className="ll-hidden">{t("network.whatif")}</caption>
      <thead>
        <tr>
          <th />
          <th scope="col">{t("network.side.present")}</th>
          <th scope="col">{t("network.side.kept")}</th>
          <th scope="col">{t("network.side.after")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, of]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{of(before)}</td>
            <td>{of(kept)}</td>
            <td className={styles.best}>{of(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
