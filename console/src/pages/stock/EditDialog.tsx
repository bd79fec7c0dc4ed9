// Edit in place: the forecast of the coming week, or the quantity of an order that waits, with the reason.
import { Button, Form, Input, InputNumber, Modal, Space } from "antd";
import { type ReactNode, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { dayAfter, type StockLine } from "./data.ts";
import styles from "./Stock.module.css";
import type { Deeds } from "./useDeeds.ts";

export interface Edit {
  readonly what: "forecast" | "order";
  readonly line: StockLine;
}

const REASONS = { forecast: ["show", "promotion", "weather", "large", "data"], order: ["promotion", "budget", "supplier", "space", "data"] } as const;

export function EditDialog({ edit: { what, line }, day, deeds, onClose }: { edit: Edit; day: string; deeds: Deeds; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const before = what === "forecast" ? Math.round(line.week_told) : (line.held?.quantity ?? 0);
  const [units, setUnits] = useState<number | null>(before);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const until = dayAfter(day, 6);
  const changed = units !== null && (what === "order" || units !== before);
  const ready = changed && reason.trim().length > 0;
  const done = async () => {
    if (!ready || units === null) return;
    setBusy(true);
    const problemNow = what === "forecast" ? await deeds.override(line, day, until, units, reason.trim()) : await deeds.order(line, units, reason.trim());
    setBusy(false);
    setProblem(problemNow);
    if (!problemNow) onClose();
  };
  return (
    <Modal
      open
      title={t(what === "forecast" ? "stock.edit.forecast" : line.held?.kind === "Transfer" ? "stock.edit.move" : "stock.edit.order")}
      okText={t(what === "forecast" ? "stock.edit.forecast.do" : "stock.edit.order.do")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !ready, loading: busy }}
      onOk={() => void done()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>
          <b>{line.title || line.product_id}</b> · {line.place}
        </p>
        <div className={styles.now}>
          <span>
            {t("stock.edit.model")} <b>{format.number(line.week, 0)}</b>
          </span>
          <span>
            {t("stock.edit.on_hand")} <b>{format.number(line.on_hand)}</b>
          </span>
          <span>
            {t("stock.edit.lead")} <b>{t("stock.days", { days: format.number(line.lead_days, 1) })}</b>
          </span>
          {line.held ? (
            <span>
              {t("stock.edit.held")} <b>{format.number(line.held.quantity)}</b> · {format.money(line.held.at_risk, "whole")}
            </span>
          ) : null}
        </div>
        <Form layout="vertical">
          <Form.Item label={what === "forecast" ? t("stock.edit.units", { since: format.date(`${day}T12:00:00Z`), until: format.date(`${until}T12:00:00Z`) }) : t("stock.edit.quantity")} htmlFor="edit-units" style={{ marginBottom: 8 }}>
            <InputNumber id="edit-units" autoFocus min={what === "order" ? 1 : 0} precision={0} value={units} onChange={setUnits} onPressEnter={() => void done()} style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item label={t("ui.reason")} htmlFor="edit-reason" required style={{ marginBottom: 4 }}>
            <Input id="edit-reason" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} onPressEnter={() => void done()} />
          </Form.Item>
          <Space wrap size={6}>
            {REASONS[what].map((one) => (
              <Button key={one} size="small" onClick={() => setReason(t(`stock.reason.${one}`))}>
                {t(`stock.reason.${one}`)}
              </Button>
            ))}
          </Space>
        </Form>
        <p className={styles.more}>{t(what === "forecast" ? "stock.edit.forecast.about" : "stock.edit.order.about")}</p>
        <ErrorNote error={problem} />
      </div>
    </Modal>
  );
}
