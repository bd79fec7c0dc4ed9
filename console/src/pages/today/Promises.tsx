// Promises: what somebody waits for, overdue first, each with the moment it is due.
import { Segmented } from "antd";
import { type ReactNode, useState } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { Left } from "@/ui/Left.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { PromiseData, TodayData } from "./data.ts";
import styles from "./Promises.module.css";

const KINDS = ["decision", "parcel", "told", "stock"] as const;
type Shown = PromiseData["kind"] | "all";

export function Promises({ data }: { data: TodayData | undefined }): ReactNode {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown>("all");
  const list = (data?.promises ?? []).filter((one) => shown === "all" || one.kind === shown).slice(0, 12);
  const count = (kind: PromiseData["kind"]) => data?.promised.find((one) => one.kind === kind);
  const overdue = data?.promised.reduce((sum, one) => sum + one.overdue, 0) ?? 0;
  const soon = data?.promised.reduce((sum, one) => sum + one.soon, 0) ?? 0;
  const asked = shown === "all" ? "parcel" : shown;
  return (
    <Panel
      title={t("today.promises")}
      note={data ? t("today.promises.note", { overdue, soon }) : undefined}
      actions={data ? <SqlPeek sql={count(asked)?.sql ?? ""} about={t(`today.promise.${asked}`)} /> : null}
      flush
    >
      <div className={styles.kinds}>
        <Segmented<Shown>
          size="small"
          value={shown}
          onChange={setShown}
          options={[
            { value: "all", label: t("today.promises.all") },
            ...KINDS.map((kind) => {
              const found = count(kind);
              return { value: kind, label: `${t(`today.promise.${kind}`)} ${found ? found.overdue + found.soon : ""}` };
            }),
          ]}
        />
      </div>
      {data && list.length === 0 ? (
        <Empty title={t("today.promises.none")}>{t("today.promises.none.what")}</Empty>
      ) : (
        <ul className={styles.list}>
          {list.map((one) => (
            <li key={`${one.kind}/${one.key}`} className={`${styles.line} ${one.overdue ? styles.overdue : ""}`}>
              <span className={styles.what}>
                <Subject promise={one} />
              </span>
              <span className={styles.due}>
                <When at={one.due} />
              </span>
              <span className={styles.left}>
                <Left until={one.due} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Subject({ promise }: { promise: PromiseData }): ReactNode {
  const { t, maybe } = useWords();
  switch (promise.kind) {
    case "decision":
      return (
        <>
          <ThingLink kind="decision" id={promise.key}>
            {maybe(`today.action.${promise.action_kind}`, promise.action_kind ?? "")}
          </ThingLink>
          <span className={styles.more}>{t("today.promise.decide")}</span>
          {promise.product_id ? <ThingLink kind="product" id={promise.product_id} /> : promise.order_id ? <ThingLink kind="order" id={promise.order_id} /> : null}
        </>
      );
    case "stock":
      return (
        <>
          <ThingLink kind="product" id={promise.product_id ?? ""}>
            {promise.title || promise.product_id}
          </ThingLink>
          <span className={styles.more}>{t("today.promise.goods", { count: promise.quantity ?? 0, place: promise.place ?? "" })}</span>
        </>
      );
    default:
      return (
        <>
          <ThingLink kind="parcel" id={promise.key} />
          <span className={styles.more}>{t(promise.kind === "told" ? "today.promise.told.what" : "today.promise.parcel.what")}</span>
          <ThingLink kind="order" id={promise.order_id ?? ""} />
        </>
      );
  }
}
