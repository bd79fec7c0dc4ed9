// One trouble: what it does, how long it lasts, an end before its time, and what the shop made of it.
import { Button, Popconfirm } from "antd";
import { type ReactNode, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { faultOf, useOrder, type FaultInfo, type TownStatus, type Trouble } from "./data.ts";
import { Echo } from "./Echo.tsx";
import { useFaultWords } from "./faultWords.ts";
import styles from "./Troubles.module.css";

export function TroubleCard({ trouble, town, faults, on }: { trouble: Trouble; town: TownStatus; faults: readonly FaultInfo[]; on: boolean }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const order = useOrder();
  const words = useFaultWords(faults);
  const [open, setOpen] = useState(on);
  const fault = faultOf(trouble);
  const [since, until, now] = [trouble.since, trouble.until, town.at].map((moment) => Date.parse(moment)) as [number, number, number];
  const end = () =>
    order.mutate(
      { do: "end", number: trouble.number },
      { onSuccess: () => toast({ tone: "good", text: t("worlds.ended", { name: words.name(fault) }) }), onError: (error) => toast({ tone: "bad", text: String(error) }) },
    );
  return (
    <article className={`${styles.card} ${on ? styles.on : ""}`} aria-label={words.name(fault)} data-trouble={fault.type}>
      <div className={styles.cardHead}>
        <strong>{words.name(fault)}</strong>
        <span>{on ? t("worlds.left", { time: format.duration(until - now) }) : `${format.when(trouble.since)} – ${format.time(trouble.until)}`}</span>
      </div>
      <p className={styles.cardWhat}>{words.what(fault)}</p>
      {on ? (
        <div className={styles.meter} role="progressbar" aria-label={t("worlds.left", { time: format.duration(until - now) })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(((now - since) / (until - since)) * 100)}>
          <i style={{ width: `${Math.max(0, Math.min(100, ((now - since) / (until - since)) * 100))}%` }} />
        </div>
      ) : null}
      {open ? <Echo number={trouble.number} on={on} /> : null}
      <div className={styles.foot}>
        {on ? (
          <span>{t("worlds.since", { at: format.when(trouble.since) })}</span>
        ) : (
          <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => setOpen(!open)} aria-expanded={open}>
            {t(open ? "worlds.echo.hide" : "worlds.echo.show")}
          </Button>
        )}
        {on ? (
          <Popconfirm title={t("worlds.end.sure", { name: words.name(fault) })} okText={t("worlds.end")} cancelText={t("ui.cancel")} onConfirm={end} placement="left">
            <Button size="small" disabled={!may("run")} loading={order.isPending}>
              {t("worlds.end")}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
    </article>
  );
}
