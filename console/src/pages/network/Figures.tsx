// The plan in figures: what the network costs a day, how far from a proven bound, what a better one would save.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Figure } from "@/ui/Figure.tsx";
import { useWords } from "@/words/index.ts";
import type { NetworkData, Outlook } from "./data.ts";
import styles from "./Network.module.css";

export function Figures({ data, outlook, asked }: { data: NetworkData; outlook: Outlook | undefined; asked: boolean }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const present = data.plans.find((plan) => plan.plan === "present");
  const best = data.plans.find((plan) => plan.plan === "best");
  const money = (amount: number | undefined) => (amount === undefined ? undefined : format.money({ amount: Math.round(amount), currency: data.currency }, "whole"));
  const made = present ? t("network.made", { day: format.date(`${present.made_on}T12:00:00Z`) }) : undefined;
  if (asked) {
    const after = outlook?.after;
    const before = outlook?.before;
    return (
      <section className={styles.numbers} aria-label={t("network.figures")} aria-live="polite">
        <Figure label={t("network.cost.before")} value={money(before?.cost)} unit={t("network.a_day")} />
        <Figure label={t("network.cost.kept")} value={money(outlook?.kept?.cost)} unit={t("network.a_day")} change={before && outlook?.kept ? outlook.kept.cost / before.cost - 1 : null} against={t("network.against.before")} />
        <Figure label={t("network.cost.after")} value={money(after?.cost)} unit={t("network.a_day")} change={before && after ? after.cost / before.cost - 1 : null} against={t("network.against.before")} time={outlook ? t("network.gap", { gap: format.percent(outlook.gap, 2), bound: money(outlook.bound) ?? "–" }) : undefined} />
        <Figure label={t("network.promise")} value={after ? format.number(after.promise_days, 1) : undefined} unit={t("network.days")} time={before ? t("network.promise.was", { days: format.number(before.promise_days, 1) }) : undefined} />
        <Figure label={t("network.moved")} value={outlook ? format.number(outlook.moved.length) : undefined} time={outlook?.kept?.unserved ? t("network.unserved", { parcels: format.number(outlook.kept.unserved, 0) }) : undefined} tone={outlook?.kept?.unserved ? "warn" : "plain"} />
      </section>
    );
  }
  return (
    <section className={styles.numbers} aria-label={t("network.figures")}>
      <Figure label={t("network.cost.present")} value={money(present?.cost.amount) ?? "–"} unit={t("network.a_day")} time={made} sql={data.sql.plans} />
      <Figure label={t("network.cost.best")} value={money(best?.cost.amount) ?? "–"} unit={t("network.a_day")} change={present && best ? best.cost.amount / present.cost.amount - 1 : null} against={t("network.against.present")} time={best ? t("network.gap", { gap: format.percent(best.gap, 2), bound: money(best.bound) ?? "–" }) : undefined} sql={data.sql.plans} />
      <Figure label={t("network.saves")} value={best?.saves ? money(best.saves.amount) : "–"} unit={best?.saves ? t("network.a_day") : undefined} time={best?.saves && best.saves.amount <= 0 ? t("network.saves.none") : best?.change_cost ? t("network.change_cost", { money: money(best.change_cost.amount) ?? "–" }) : undefined} />
      <Figure label={t("network.promise")} value={present ? format.number(present.promise_days, 1) : "–"} unit={t("network.days")} time={best ? t("network.promise.best", { days: format.number(best.promise_days, 1) }) : undefined} />
      <Figure label={t("network.on_time")} value={present ? format.percent(present.on_time, 1) : "–"} time={best ? t("network.on_time.best", { share: format.percent(best.on_time, 1) }) : undefined} />
    </section>
  );
}
