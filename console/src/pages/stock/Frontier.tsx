// The frontier of turnover against stock-out: what each service level would bring, and where the shop stands today.
import { Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { usePalette } from "@/theme/usePalette.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { Table } from "@/pages/thing/Rows.tsx";
import thing from "@/pages/thing/Thing.module.css";
import { useFrontier } from "./data.ts";
import { frontierOption } from "./frontierPlot.ts";
import sku from "./Sku.module.css";
import { Tabs } from "./Tabs.tsx";

const SHOP = "shop";

export default function Frontier(): ReactNode {
  const { t, maybe } = useWords();
  const format = useFormat();
  const palette = usePalette();
  const { data, error, refetch } = useFrontier();
  const [scope, setScope] = useState(SHOP);
  const points = useMemo(() => (data?.points ?? []).filter((one) => one.scope === scope).sort((a, b) => a.turnover - b.turnover), [data, scope]);
  const option = useMemo(() => (points.length ? frontierOption(points, format, t, palette) : null), [points, format, t, palette]);
  const now = points.find((one) => one.today);
  return (
    <div className={sku.page}>
      <PageHead title={t("stock.frontier")} about={now ? t("stock.frontier.about", { turnover: format.number(now.turnover, 1), stockout: format.percent(now.stockout, 2) }) : t("stock.frontier.what")}>
        <Tabs />
      </PageHead>
      <ErrorNote error={error} again={() => void refetch()} />
      {data && !data.points.length ? (
        <Empty title={t("stock.frontier.none")}>{t("stock.frontier.none.what")}</Empty>
      ) : data ? (
        <Panel
          title={t("stock.frontier.plot")}
          note={t("stock.frontier.note", { day: format.date(`${data.day}T12:00:00Z`), days: points[0]?.days ?? 0, series: format.number(points[0]?.series ?? 0) })}
          actions={
            <>
              {data.segments.length ? (
                <Segmented
                  size="small"
                  aria-label={t("stock.frontier.scope")}
                  value={scope}
                  onChange={setScope}
                  options={[SHOP, ...data.segments].map((one) => ({ value: one, label: maybe(`stock.scope.${one}`, one) }))}
                />
              ) : null}
              <SqlPeek sql={data.sql} about={t("stock.frontier")} />
            </>
          }
        >
          {option ? <Chart option={option} height={360} label={t("stock.frontier.plot")} /> : null}
          <Table label={t("stock.frontier.plot")} heads={[t("stock.frontier.level"), [t("stock.frontier.turnover"), "right"], [t("stock.frontier.stockout"), "right"], [t("stock.frontier.held"), "right"], ""]}>
            {points.map((one) => (
              <tr key={one.point}>
                <td>{format.percent(one.service_level, 1)}</td>
                <td className={thing.right}>{format.number(one.turnover, 1)}</td>
                <td className={thing.right}>{format.percent(one.stockout, 2)}</td>
                <td className={thing.right}>{format.number(one.held_units, 0)}</td>
                <td>{one.today ? <Tone tone="accent">{t("stock.frontier.today")}</Tone> : null}</td>
              </tr>
            ))}
          </Table>
        </Panel>
      ) : null}
    </div>
  );
}
