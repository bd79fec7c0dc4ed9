// One product at one place: sales and forecast, stock path, plan against last plan, orders, drivers, override, what if.
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Segmented, Skeleton } from "antd";
import { type ReactNode, useMemo } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { usePalette } from "@/theme/usePalette.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { KindTags, whyOf } from "./columns.tsx";
import { useSku } from "./data.ts";
import { Drivers } from "./Drivers.tsx";
import { Moves } from "./Moves.tsx";
import { fanOption, pathOption, planOption } from "./plots.ts";
import { OverridePanel } from "./OverridePanel.tsx";
import styles from "./Sku.module.css";
import { WhatIfPanel } from "./WhatIfPanel.tsx";

export default function Sku(): ReactNode {
  const { id } = useParams({ from: "/stock/$id" });
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const { t, say } = useWords();
  const format = useFormat();
  const palette = usePalette();
  const { may } = useSession();
  const navigate = useNavigate();
  const { data, error, refetch } = useSku(id, search.place ?? "");
  const fan = useMemo(() => (data ? fanOption(data, format, t, palette) : null), [data, format, t, palette]);
  const path = useMemo(() => (data ? pathOption(data.path, data.reorder_point ?? null, format, t, palette) : null), [data, format, t, palette]);
  const plan = useMemo(() => (data?.before_on ? planOption(data, format, t, palette) : null), [data, format, t, palette]);
  useKeys({
    Escape: () => void navigate({ to: "/stock" }),
    e: () => document.getElementById("override-units")?.focus(),
    w: () => document.getElementById("whatif-price")?.focus(),
  });
  const line = data?.line;
  const sum = (data?.forecast ?? []).slice(0, 7).reduce((all, one) => all + (one.own ?? one.mean), 0);
  const before = (data?.forecast ?? []).slice(0, 7).filter((one) => one.before != null);
  const change = before.length ? before.reduce((all, one) => all + one.mean, 0) / Math.max(before.reduce((all, one) => all + (one.before ?? 0), 0), 0.01) - 1 : null;
  return (
    <div className={styles.page}>
      <PageHead
        title={data?.title || id}
        about={data ? [id, say(data.category), data.supplier?.name].filter(Boolean).join(" · ") : "\u00a0"}
        actions={
          <>
            <ThingLink kind="product" id={id}>
              {t("stock.sku.product")}
            </ThingLink>
            {data && data.places.length > 1 ? (
              <Segmented
                aria-label={t("stock.sku.place")}
                value={data.place}
                options={data.places.map((one) => ({ value: one.place, label: one.place }))}
                onChange={(place) => void navigate({ to: "/stock/$id", params: { id }, search: { place }, replace: true })}
              />
            ) : null}
          </>
        }
      />
      <ErrorNote error={error} again={() => void refetch()} />
      {!data && !error ? <Skeleton active paragraph={{ rows: 12 }} /> : null}
      {data && line ? (
        <>
          {line.kinds.length ? (
            <p className={styles.why}>
              <KindTags line={line} /> <span>{whyOf(line, t, format)}</span>
            </p>
          ) : null}
          <section className={styles.numbers} aria-label={t("stock.sku.numbers")}>
            <Figure label={t("stock.sku.on_hand")} value={format.number(line.on_hand)} unit={t("stock.pieces")} time={t("stock.sku.position", { count: format.number(data.position) })} sql={data.sql.level} />
            <Figure
              label={t("stock.sku.cover")}
              value={line.days_of_cover == null ? "–" : format.number(line.days_of_cover, 1)}
              unit={line.days_of_cover == null ? undefined : t("stock.day")}
              time={t("stock.sku.lead", { days: format.number(line.lead_days, 1), sd: format.number(data.lead_sd_days, 1) })}
              tone={line.days_of_cover != null && line.days_of_cover < line.lead_days ? "warn" : "plain"}
            />
            <Figure label={t("stock.sku.week")} value={format.number(sum, 0)} unit={t("stock.pieces")} change={change} against={change === null ? undefined : t("stock.sku.against")} time={data.made_on ? t("stock.sku.made", { day: format.date(`${data.made_on}T12:00:00Z`) }) : t("stock.sku.by_pace")} sql={data.sql.forecast} />
            <Figure label={t("stock.sku.reorder")} value={data.reorder_point == null ? "–" : format.number(data.reorder_point)} unit={data.reorder_point == null ? undefined : t("stock.pieces")} time={data.service_level == null ? t("stock.sku.no_policy") : t("stock.sku.level", { level: format.percent(data.service_level, 0) })} />
            <Figure label={t("stock.sku.stake")} value={line.stake ? format.money({ amount: line.stake, currency: line.currency }, "whole") : "–"} time={t("stock.sku.lost", { count: format.number(line.lost, 0), chance: format.percent(line.p_out, 0) })} tone={line.stake ? "warn" : "plain"} />
          </section>
          <div className={styles.grid}>
            <div className={styles.column}>
              <Panel title={t("stock.sku.fan")} note={data.made_on ? t("stock.sku.fan.note") : t("stock.sku.fan.none")} actions={<SqlPeek sql={data.sql.days ?? ""} about={t("stock.sku.fan")} />}>
                {fan ? <Chart option={fan} height={260} label={t("stock.sku.fan")} /> : null}
              </Panel>
              <Panel title={t("stock.sku.path")} note={t("stock.sku.path.note")}>
                {path ? <Chart option={path} height={220} label={t("stock.sku.path")} /> : null}
              </Panel>
              <Panel title={t("stock.sku.plan")} note={data.before_on ? t("stock.sku.plan.note", { now: format.date(`${data.made_on}T12:00:00Z`), before: format.date(`${data.before_on}T12:00:00Z`) }) : undefined}>
                {plan ? <Chart option={plan} height={180} label={t("stock.sku.plan")} /> : <Empty title={t("stock.sku.plan.none")}>{t("stock.sku.plan.none.what")}</Empty>}
              </Panel>
              <Moves data={data} />
            </div>
            <div className={styles.column}>
              <Drivers data={data} />
              <OverridePanel key={`${id}|${data.place}`} data={data} decides={may("decide")} />
              <WhatIfPanel key={`what-if|${id}|${data.place}`} data={data} />
            </div>
          </div>
        </>
      ) : null}
    </div>
  );
}
