// What if: another price, a promotion, a live show, a late supplier; the model's answer beside what stands.
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { usePalette } from "@/theme/usePalette.ts";
import { Chart } from "@/ui/Chart.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, type Sku, type WhatIf, type WhatIfBody, type WhatIfSide } from "./data.ts";
import styles from "./Sku.module.css";
import { whatIfOption } from "./whatIfPlot.ts";

const NOTHING = { price: 0, promotion: 0, live_in_days: 0, late_days: 0 };

export function WhatIfPanel({ data }: { data: Sku }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const palette = usePalette();
  const [changes, setChanges] = useState(NOTHING);
  const asked = Object.values(changes).some((value) => value !== 0);
  const body: WhatIfBody = { place: data.place, ...changes };
  const answer = useQuery({
    queryKey: [AREA, "what-if", data.product_id, body],
    queryFn: ({ signal }) => post<WhatIf>(`/stock/products/${encodeURIComponent(data.product_id)}/what-if`, body, { signal }),
    enabled: asked,
    placeholderData: (before) => before,
    retry: false,
  });
  const found = asked ? answer.data : undefined;
  const option = useMemo(() => (found ? whatIfOption(found, format, t, palette) : null), [found, format, t, palette]);
  const choice = (field: keyof typeof NOTHING, values: readonly number[], label: (value: number) => string) => (
    <label className={styles.field}>
      <span>{t(`stock.whatif.${field}`)}</span>
      <Select
        id={field === "price" ? "whatif-price" : undefined}
        value={changes[field]}
        onChange={(value) => setChanges((before) => ({ ...before, [field]: value }))}
        options={values.map((value) => ({ value, label: value ? label(value) : t("stock.whatif.no") }))}
      />
    </label>
  );
  return (
    <Panel title={t("stock.whatif")} note={t("stock.whatif.note")} actions={asked ? <Button size="small" onClick={() => setChanges(NOTHING)}>{t("stock.whatif.clear")}</Button> : null}>
      <div className={styles.row}>
        {choice("price", [0, -0.2, -0.1, -0.05, 0.05, 0.1], (value) => format.change(value, 0))}
        {choice("promotion", [0, 0.1, 0.2, 0.3, 0.5], (value) => t("stock.whatif.off", { share: format.percent(value, 0) }))}
        {choice("live_in_days", [0, 1, 2, 3, 5, 7], (value) => t("stock.whatif.in", { days: value }))}
        {choice("late_days", [0, 1, 2, 3, 5, 7, 14], (value) => t("stock.whatif.later", { days: value }))}
      </div>
      <ErrorNote error={asked ? answer.error : null} />
      {found ? (
        <div aria-live="polite" aria-busy={answer.isFetching}>
          {found.why.map((one) => (
            <p key={one.name} className={styles.more} style={{ marginTop: 6 }}>
              {say(one.text)} {one.basis === "learned" ? null : <Tone tone="warn">{t(`stock.whatif.basis.${one.basis}`)}</Tone>}
            </p>
          ))}
          <Sides found={found} />
          {option ? <Chart option={option} height={170} label={t("stock.whatif.plot")} /> : null}
        </div>
      ) : (
        <p className={styles.more} style={{ marginTop: 8 }}>{t("stock.whatif.ask")}</p>
      )}
    </Panel>
  );
}

function Sides({ found }: { found: WhatIf }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const rows: readonly [string, (side: WhatIfSide) => string][] = [
    ["units", (side) => format.number(side.units, 0)],
    ["ends", (side) => (side.ends_on ? format.date(`${side.ends_on}T12:00:00Z`) : t("stock.whatif.never"))],
    ["lost", (side) => format.number(side.lost, 0)],
    ["stake", (side) => format.money({ amount: side.stake, currency: found.currency }, "whole")],
    ["order", (side) => (side.order == null ? "–" : format.number(side.order))],
  ];
  return (
    <table className={styles.sides}>
      <caption className="ll-hidden">{t("stock.whatif")}</caption>
      <thead>
        <tr>
          <th />
          <th scope="col">{t("stock.whatif.before")}</th>
          <th scope="col">{t("stock.whatif.after")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, of]) => (
          <tr key={key}>
            <th scope="row">{t(`stock.whatif.row.${key}`)}</th>
            <td>{of(found.before)}</td>
            <td className={of(found.before) === of(found.after) ? "" : styles.changed}>{of(found.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
