// What a what-if found: figures, decisions by kind of action, and each changed decision before and after.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Figure } from "@/ui/Figure.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { type Column, VirtualTable } from "@/ui/VirtualTable.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { Changed, Outcome, WhatIf } from "./api.ts";
import type { Speaker } from "./speaking.ts";
import styles from "./WhatIf.module.css";

type Result = NonNullable<WhatIf["result"]>;

export function WhatIfResult({ result, currency, speaker }: { result: Result; currency: string; speaker: Speaker }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const money = (amount: number) => format.money({ amount, currency });
  const more = result.money_after - result.money_before;
  const columns: readonly Column<Changed>[] = [
    { key: "at", title: t("rules.changed.at"), width: 150, cell: (row) => <When at={row.at} /> },
    { key: "case", title: t("rules.changed.case"), width: 190, cell: (row) => <Links row={row} /> },
    { key: "before", title: t("rules.changed.before"), width: "1fr", cell: (row) => <Side side={row.before} other={row.after} speaker={speaker} /> },
    { key: "after", title: t("rules.changed.after"), width: "1fr", cell: (row) => <Side side={row.after} other={row.before} speaker={speaker} /> },
  ];
  return (
    <>
      <div className={styles.figures}>
        <Figure label={t("rules.whatif.decisions")} value={format.number(result.decisions, 0)} />
        <Figure label={t("rules.whatif.changed")} value={format.number(result.changed, 0)} time={result.decisions ? t("rules.whatif.share", { share: format.percent(result.changed / result.decisions) }) : null} />
        <Figure label={t("rules.whatif.cases")} value={format.number(result.cases_changed, 0)} />
        <Figure label={t("rules.whatif.money")} value={`${more > 0 ? "+" : more < 0 ? "−" : ""}${money(Math.abs(more))}`} time={t("rules.whatif.money.was", { was: money(result.money_before), now: money(result.money_after) })} change={result.money_before ? more / result.money_before : null} />
      </div>
      <table className={styles.tallies}>
        <thead>
          <tr>
            <th scope="col">{t("rules.tally.action")}</th>
            {(["decisions", "allowed", "held", "refused"] as const).map((one) => (
              <th key={one} scope="col">{t(`rules.tally.${one}`)}</th>
            ))}
            <th scope="col">{t("rules.tally.money")}</th>
          </tr>
        </thead>
        <tbody>
          {result.tallies.map(({ action_kind, before, after }) => (
            <tr key={action_kind}>
              <th scope="row">{action_kind}</th>
              {(["decisions", "allowed", "held", "refused"] as const).map((one) => (
                <td key={one}><Both before={before?.[one] ?? 0} after={after?.[one] ?? 0} show={(n) => format.number(n, 0)} /></td>
              ))}
              <td><Both before={before?.money_out ?? 0} after={after?.money_out ?? 0} show={money} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {result.changed ? (
        <>
          <VirtualTable label={t("rules.changed")} columns={columns} rows={result.changes} rowKey={(row) => row.decision_id} height={Math.min(420, 40 + result.changes.length * 56)} rowHeight={56} />
          {result.changes.length < result.changed ? <p className={styles.quiet}>{t("rules.changed.some", { n: result.changes.length, all: result.changed })}</p> : null}
        </>
      ) : (
        <p className={styles.quiet}>{t("rules.whatif.none")}</p>
      )}
    </>
  );
}

function Both({ before, after, show }: { before: number; after: number; show: (n: number) => string }): ReactNode {
  if (before === after) return show(after);
  return (
    <span>
      <del>{show(before)}</del> → <b>{show(after)}</b> {after > before ? "↑" : "↓"}
    </span>
  );
}

function Links({ row }: { row: Changed }): ReactNode {
  const { t } = useWords();
  return (
    <span className={styles.links}>
      <ThingLink kind="case" id={row.case_id}>{t("rules.changed.open")}</ThingLink>
      {row.before ? <ThingLink kind="decision" id={row.decision_id}>{t("rules.changed.decision")}</ThingLink> : null}
    </span>
  );
}

function Side({ side, other, speaker }: { side: Outcome | null | undefined; other: Outcome | null | undefined; speaker: Speaker }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  if (!side) return <span className={styles.quiet}>{t("rules.changed.nothing")}</span>;
  const paid = side.money.amount ? format.money(side.money) : "";
  return (
    <span className={styles.side} title={say(side.reason)}>
      <span>
        <b>{side.action_kind}</b> {paid ? <b className={other && other.money.amount !== side.money.amount ? styles.differs : ""}>{paid}</b> : null} <StatusTag status={side.status} />
      </span>
      <small>{side.rule_note ? speaker.note(side.rule_note) : say(side.reason)}</small>
    </span>
  );
}
