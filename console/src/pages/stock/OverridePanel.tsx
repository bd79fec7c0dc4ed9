// A person's own number for some days, with the reason; and who said what before, each edit with its way back.
import { Button, Input, InputNumber, Select } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { When } from "@/ui/When.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { dayAfter, type OverrideEdit, seenOf, type Sku, useOverride, useUndoOverride } from "./data.ts";
import styles from "./Sku.module.css";

const SPANS = [1, 3, 7, 14] as const;

export function OverridePanel({ data, decides }: { data: Sku; decides: boolean }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const [days, setDays] = useState(7);
  const [from, setFrom] = useState(0);
  const [units, setUnits] = useState<number | null>(null);
  const [reason, setReason] = useState("");
  const [back, setBack] = useState<OverrideEdit | null>(null);
  const override = useOverride();
  const undo = useUndoOverride();
  const since = dayAfter(data.day, from);
  const until = dayAfter(since, days - 1);
  const within = data.forecast.filter((one) => one.day >= since && one.day <= until);
  const model = within.reduce((sum, one) => sum + one.mean, 0);
  const date = (day: string) => format.date(`${day}T12:00:00Z`);
  const ready = units !== null && reason.trim().length > 0 && !override.isPending;
  const write = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    const edit = await override.mutateAsync({ product: data.product_id, place: data.place, since, until, units, reason: reason.trim(), seen: seenOf(data.overrides, since, until) });
    setUnits(null);
    setReason("");
    toast({ text: t("stock.overridden", { what: `${data.title || data.product_id} · ${data.place}` }), tone: "good", action: { label: t("stock.undo"), do: () => void undo.mutateAsync({ product: data.product_id, place: data.place, edit: edit.edit, reason: t("stock.undo.note") }) } });
  };
  return (
    <Panel title={t("stock.override")} note={t("stock.override.note")} actions={decides ? <Keys keys="E" /> : null}>
      {decides ? (
        <form className={styles.form} onSubmit={(event) => void write(event).catch(() => undefined)}>
          <div className={styles.row}>
            <label className={styles.field}>
              <span>{t("stock.override.from")}</span>
              <Select value={from} onChange={setFrom} options={[0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ value: n, label: date(dayAfter(data.day, n)) }))} />
            </label>
            <label className={styles.field}>
              <span>{t("stock.override.days")}</span>
              <Select value={days} onChange={setDays} options={SPANS.map((n) => ({ value: n, label: t("stock.days", { days: n }) }))} />
            </label>
            <label className={styles.field}>
              <span>{t("stock.override.units")}</span>
              <InputNumber id="override-units" min={0} precision={0} value={units} placeholder={format.number(model, 0)} onChange={setUnits} onPressEnter={() => void write().catch(() => undefined)} style={{ width: "100%" }} />
            </label>
          </div>
          <label className={styles.field}>
            <span>{t("ui.reason")}</span>
            <Input id="override-reason" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t("stock.override.reason")} />
          </label>
          <div className={styles.edit}>
            <span className={styles.more}>{t("stock.override.model", { units: format.number(model, 0), since: date(since), until: date(until) })}</span>
            <Button htmlType="submit" type="primary" disabled={!ready} loading={override.isPending}>
              {t("stock.override.do")}
            </Button>
          </div>
          <ErrorNote error={override.error} />
        </form>
      ) : null}
      {data.overrides.length ? (
        <ul className={styles.history} aria-label={t("stock.override.history")}>
          {data.overrides.map((one) => (
            <li key={one.edit} className={styles.edit}>
              <span>
                <b>{one.units == null ? t("stock.override.gone") : t("stock.units", { count: format.number(one.units, 0) })}</b> · {one.since === one.until ? date(one.since) : `${date(one.since)} – ${date(one.until)}`}
                <br />
                <span className={styles.more}>
                  {one.by} · <When at={one.at} /> {one.reason ? `· ${one.reason}` : ""}
                </span>
              </span>
              {decides && one.stands && one.units != null ? (
                <Button size="small" onClick={() => setBack(one)}>
                  {t("stock.undo")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.more}>{t("stock.override.none")}</p>
      )}
      <ReasonDialog
        open={back !== null}
        title={t("stock.override.undo")}
        action={t("stock.undo")}
        usual={[t("stock.undo.over"), t("stock.undo.mistake")]}
        required={false}
        busy={undo.isPending}
        problem={<ErrorNote error={undo.error} />}
        onDone={(why) => {
          if (back) void undo.mutateAsync({ product: data.product_id, place: data.place, edit: back.edit, reason: why }).then(() => setBack(null), () => undefined);
        }}
        onCancel={() => setBack(null)}
      />
    </Panel>
  );
}
