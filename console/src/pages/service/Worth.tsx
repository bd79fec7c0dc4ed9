// What other ways of giving would have been worth, told from what was drawn and how probable it was; with its intervals.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { AREA } from "./data.ts";
import styles from "./WhatIfPage.module.css";

type Evaluation = components["schemas"]["RemedyEvaluation"];

export function Worth(): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { currency } = useShop();
  const { data, error, refetch } = useQuery({ queryKey: [AREA, "worth"], queryFn: ({ signal }) => get<Evaluation>("/service/remedies/evaluation", undefined, signal), staleTime: 60_000 });
  const money = (amount: number) => format.money({ amount: Math.round(amount), currency });
  return (
    <Panel title={t("service.worth")} note={data ? t("service.worth.choices", { count: format.number(data.choices), stayed: format.number(data.stayed) }) : undefined}>
      <ErrorNote error={error} again={() => void refetch()} />
      {data && data.choices < data.fewest ? <p className={styles.quiet}>{t("service.worth.few", { fewest: data.fewest })}</p> : null}
      {data && data.choices >= data.fewest ? (
        <table className={styles.worth}>
          <thead>
            <tr>
              <th scope="col">{t("service.worth.policy")}</th>
              <th scope="col">{t("service.worth.value")}</th>
              <th scope="col">{t("service.worth.interval")}</th>
            </tr>
          </thead>
          <tbody>
            {data.policies.map((one) => {
              const best = one.worth.find((estimate) => estimate.method === "dr") ?? one.worth[0];
              return (
                <tr key={one.name}>
                  <th scope="row">{say(one.title)}</th>
                  <td>{best ? money(best.value) : "–"}</td>
                  <td>{best ? `${money(best.low)} – ${money(best.high)}` : "–"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
    </Panel>
  );
}
