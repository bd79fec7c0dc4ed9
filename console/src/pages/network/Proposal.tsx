// The plan as a decision: what would move, what it saves and costs; approved or refused in place.
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { useVerdict } from "@/pages/stock/data.ts";
import type { NetworkData } from "./data.ts";
import styles from "./Network.module.css";

export function Proposal({ data }: { data: NetworkData }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const verdict = useVerdict();
  const [refusing, setRefusing] = useState(false);
  const one = data.proposals.find((proposal) => proposal.status === "held") ?? data.proposals[0];
  if (!one) return null;
  const names = new Map(data.destinations.map((place) => [place.destination, say(place.name)]));
  const approve = async () => {
    try {
      await verdict.mutateAsync({ id: one.id, deed: "approve", note: "" });
      toast({ text: t("network.approved"), tone: "good", action: { label: t("stock.undo"), do: () => void verdict.mutateAsync({ id: one.id, deed: "undo", note: t("stock.undo.note") }) } });
    } catch (problem) {
      toast({ text: problem instanceof ApiError ? `${say(problem.text)} ${say(problem.todo)}`.trim() : t("ui.error.unknown"), tone: "bad" });
    }
  };
  const moves = one.moves.slice(0, 6).map((move) => `${names.get(move.destination) ?? move.destination}: ${move.from_place} → ${move.to_place}`);
  return (
    <Panel
      title={t("network.proposal")}
      note={<StatusTag status={one.status} />}
      actions={
        one.status === "held" && may("decide") ? (
          <>
            <Button size="small" onClick={() => setRefusing(true)}>
              {t("stock.refuse")}
            </Button>
            <Button size="small" type="primary" loading={verdict.isPending} onClick={() => void approve()}>
              {t("network.approve")}
            </Button>
          </>
        ) : null
      }
    >
      <p>
        {say(one.reason)}{" "}
        <ThingLink kind="decision" id={one.id}>
          {t("network.proposal.why")}
        </ThingLink>
      </p>
      <p className={styles.more}>
        {[
          one.saves ? t("network.proposal.saves", { money: format.money(one.saves, "whole") }) : "",
          t("network.proposal.costs", { money: format.money(one.at_risk, "whole") }),
          one.opens.length ? t("network.proposal.opens", { places: one.opens.join(t("stock.list")) }) : "",
          one.closes.length ? t("network.proposal.closes", { places: one.closes.join(t("stock.list")) }) : "",
          moves.join(t("stock.list")),
          one.moves.length > moves.length ? t("network.proposal.more", { count: one.moves.length - moves.length }) : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <ReasonDialog
        open={refusing}
        title={t("network.refuse")}
        action={t("stock.refuse")}
        danger
        usual={[t("stock.reason.budget"), t("stock.reason.data")]}
        busy={verdict.isPending}
        problem={<ErrorNote error={verdict.error} />}
        onDone={(note) => void verdict.mutateAsync({ id: one.id, deed: "refuse", note }).then(() => setRefusing(false), () => undefined)}
        onCancel={() => setRefusing(false)}
      />
    </Panel>
  );
}
