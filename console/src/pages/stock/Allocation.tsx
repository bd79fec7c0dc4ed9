// Allocation: how long stock lasts at each place, and what is proposed to move between them; moves are approved in place.
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { toast } from "@/ui/toast.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { Table } from "@/pages/thing/Rows.tsx";
import thing from "@/pages/thing/Thing.module.css";
import styles from "./Allocation.module.css";
import { type MoveLine, useAllocation, useVerdict } from "./data.ts";
import { Flows } from "./Flows.tsx";
import sku from "./Sku.module.css";
import { Tabs } from "./Tabs.tsx";

export default function Allocation(): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const { data, error, refetch } = useAllocation();
  const verdict = useVerdict();
  const [refusing, setRefusing] = useState<MoveLine | null>(null);
  const approve = async (one: MoveLine) => {
    const what = `${one.title || one.product_id} · ${one.from_place} → ${one.to_place}`;
    try {
      await verdict.mutateAsync({ id: one.id, deed: "approve", note: "" });
      toast({ text: t("stock.approved", { what }), tone: "good", action: { label: t("stock.undo"), do: () => void verdict.mutateAsync({ id: one.id, deed: "undo", note: t("stock.undo.note") }) } });
    } catch (problem) {
      toast({ text: problem instanceof ApiError ? `${say(problem.text)} ${say(problem.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    }
  };
  const one = data && data.places.length < 2;
  return (
    <div className={sku.page}>
      <PageHead title={t("stock.allocation")} about={data ? t("stock.allocation.about", { places: data.places.length, held: data.held }) : "\u00a0"}>
        <Tabs />
      </PageHead>
      <ErrorNote error={error} again={() => void refetch()} />
      {one ? (
        <Empty title={t("stock.allocation.one")}>{t("stock.allocation.one.what")}</Empty>
      ) : data ? (
        <>
          <div className={styles.parts}>
            <Panel title={t("stock.allocation.flows")} note={t("stock.allocation.flows.note")}>
              <Flows places={data.places} moves={data.moves} />
            </Panel>
            <Panel title={t("stock.allocation.places")} actions={<SqlPeek sql={data.sql.places ?? ""} about={t("stock.allocation.places")} />} flush>
              <Table label={t("stock.allocation.places")} heads={[t("stock.allocation.place"), t("stock.allocation.role"), [t("stock.sku.on_hand"), "right"], [t("stock.column.week"), "right"], [t("stock.sku.cover"), "right"], [t("stock.allocation.out"), "right"]]}>
                {data.places.map((place) => (
                  <tr key={place.place}>
                    <td>{place.name || place.place}</td>
                    <td>{place.centre ? t("stock.allocation.front", { centre: place.centre }) : data.places.some((other) => other.centre === place.place) ? t("stock.allocation.centre") : t("stock.allocation.own")}</td>
                    <td className={thing.right}>{format.number(place.on_hand)}</td>
                    <td className={thing.right}>{format.number(place.week, 0)}</td>
                    <td className={thing.right}>{place.days_of_cover == null ? "–" : t("stock.days", { days: format.number(place.days_of_cover, 1) })}</td>
                    <td className={thing.right}>{format.number(place.out)}</td>
                  </tr>
                ))}
              </Table>
            </Panel>
          </div>
          <Panel title={t("stock.allocation.moves")} note={t("stock.allocation.moves.note")} actions={<SqlPeek sql={data.sql.moves ?? ""} about={t("stock.allocation.moves")} />} flush>
            {data.moves.length ? (
              <Table label={t("stock.allocation.moves")} heads={[t("stock.column.product"), t("stock.allocation.way"), [t("stock.moves.quantity"), "right"], [t("stock.allocation.worth"), "right"], [t("stock.allocation.value"), "right"], t("stock.moves.status"), ""]}>
                {data.moves.map((move) => (
                  <tr key={move.id}>
                    <td>
                      <ThingLink kind="decision" id={move.id}>
                        {move.title || move.product_id}
                      </ThingLink>{" "}
                      <span className={sku.more}>
                        <When at={move.at} />
                      </span>
                    </td>
                    <td>
                      {move.from_place} → {move.to_place}
                    </td>
                    <td className={thing.right}>{format.number(move.quantity)}</td>
                    <td className={thing.right}>{move.worth == null ? "–" : format.money({ amount: Math.round(move.worth * 100), currency: move.at_risk.currency }, "whole")}</td>
                    <td className={thing.right}>{format.money(move.at_risk, "whole")}</td>
                    <td>
                      <StatusTag status={move.status} />
                    </td>
                    <td>
                      {move.status === "held" && may("decide") ? (
                        <span className={styles.deeds}>
                          <Button size="small" type="primary" loading={verdict.isPending} onClick={() => void approve(move)}>
                            {t("stock.approve")}
                          </Button>
                          <Button size="small" onClick={() => setRefusing(move)}>
                            {t("stock.refuse")}
                          </Button>
                        </span>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </Table>
            ) : (
              <Empty title={t("stock.allocation.none")}>{t("stock.allocation.none.what")}</Empty>
            )}
          </Panel>
        </>
      ) : null}
      <ReasonDialog
        open={refusing !== null}
        title={t("stock.refuse.title")}
        action={t("stock.refuse")}
        danger
        usual={[t("stock.reason.space"), t("stock.reason.promotion"), t("stock.reason.data")]}
        busy={verdict.isPending}
        problem={<ErrorNote error={verdict.error} />}
        onDone={(note) => refusing && void verdict.mutateAsync({ id: refusing.id, deed: "refuse", note }).then(() => setRefusing(null), () => undefined)}
        onCancel={() => setRefusing(null)}
      />
    </div>
  );
}
