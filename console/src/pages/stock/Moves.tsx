// Orders and moves of the product here: what waits, what is on its way, what was; each leads to its decision.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { Table } from "@/pages/thing/Rows.tsx";
import thing from "@/pages/thing/Thing.module.css";
import type { Sku } from "./data.ts";
import styles from "./Sku.module.css";

export function Moves({ data }: { data: Sku }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  return (
    <Panel title={t("stock.moves")} note={t("stock.moves.note", { count: data.moves.length })} actions={<SqlPeek sql={data.sql.moves ?? ""} about={t("stock.moves")} />} flush>
      {data.moves.length ? (
        <Table label={t("stock.moves")} heads={[t("stock.moves.what"), [t("stock.moves.quantity"), "right"], t("stock.moves.status"), t("stock.moves.due"), t("stock.moves.why")]}>
          {data.moves.map((one) => (
            <tr key={one.id}>
              <td>
                <ThingLink kind="decision" id={one.id}>
                  {one.kind === "Transfer" ? t("stock.moves.from", { from: one.from_place, to: one.to_place }) : t("stock.moves.order")}
                </ThingLink>{" "}
                <span className={styles.more}>
                  <When at={one.at} style="date" />
                </span>
              </td>
              <td className={thing.right}>{format.number(one.quantity)}</td>
              <td>
                <StatusTag status={one.status} />
              </td>
              <td>
                {one.overdue ? <Tone tone="bad">{t("stock.moves.overdue")}</Tone> : null} <When at={one.arrives_at} style="date" />
              </td>
              <td className={styles.reason} title={say(one.reason)}>
                {say(one.reason)}
              </td>
            </tr>
          ))}
        </Table>
      ) : (
        <Empty title={t("stock.moves.none")}>{t("stock.moves.none.what")}</Empty>
      )}
    </Panel>
  );
}
