// Mending many rows at once: one function for one column, its effect shown before anything is changed.
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Radio, Segmented, Select } from "antd";
import { type ReactNode, useState } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import styles from "./FixDialog.module.css";
import { type Choice, EXTRA, type FixReport, type Narrowing, type WardReason, type WardView } from "./wards.ts";

type How = "set" | "fill" | "replace" | "trim" | "narrow" | "thousands" | "number" | "positive" | "date" | "undo";
const HOWS: readonly How[] = ["number", "thousands", "date", "trim", "narrow", "positive", "fill", "replace", "set", "undo"];

/** What is likely to help against a reason. */
const LIKELY: Readonly<Record<string, How>> = {
  "money.invalid": "number",
  "number.invalid": "number",
  "money.negative": "positive",
  "date.invalid": "date",
  "date.range": "date",
  "value.missing": "fill",
  "key.missing": "fill",
  "value.unknown": "replace",
  "currency.unknown": "set",
  "row.long": "set",
};

interface Scope {
  readonly name: "chosen" | "shown" | "reason";
  readonly choice: Choice;
  readonly code?: string;
  readonly column?: string;
  readonly reason?: WardReason;
}

/** Which rows may be meant: those chosen by hand; else those with one reason, the commonest first; or all that are looked at. */
function scopesOf(ward: WardView, narrowing: Narrowing, choice: Choice): readonly Scope[] {
  const byReason = ward.reasons.map((reason): Scope => ({ name: "reason", choice: { code: reason.code, column: reason.column }, code: reason.code, column: reason.column, reason }));
  if (choice.rows) return [{ name: "chosen", choice, code: ward.reasons[0]?.code, column: narrowing.column ?? undefined }, ...byReason];
  const now = byReason.filter((one) => one.code === narrowing.code && one.column === narrowing.column);
  const others = byReason.filter((one) => !now.includes(one));
  return [...now, ...others, { name: "shown", choice }];
}

export interface FixDialogProps {
  readonly ward: WardView;
  readonly narrowing: Narrowing;
  readonly choice: Choice;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function FixDialog({ ward, narrowing, choice, onClose, onDone }: FixDialogProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const worst = ward.reasons[0];
  const scopes = scopesOf(ward, narrowing, choice);
  const [scope, setScope] = useState(0);
  const [column, setColumn] = useState(scopes[0]?.column || narrowing.column || worst?.column || ward.columns[0]?.column || "");
  const [how, setHow] = useState<How>(LIKELY[scopes[0]?.code ?? ""] ?? "trim");
  const [find, setFind] = useState("");
  const [value, setValue] = useState("");
  const [monthFirst, setMonthFirst] = useState(false);
  const asked = { choice: scopes[scope]?.choice ?? choice, how, column, find, value, month_first: monthFirst };
  const complete = how !== "replace" || find !== "";
  const preview = useQuery({
    queryKey: ["intake", "ward", ward.id, "fix", ward.version, asked],
    queryFn: ({ signal }) => post<FixReport>(`/quarantine/${ward.id}/fix`, { ...asked, preview: true }, { signal }),
    enabled: complete && column !== "",
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const apply = useMutation({
    mutationFn: () => post<FixReport>(`/quarantine/${ward.id}/fix`, { ...asked, preview: false }),
    onSuccess: (report) => {
      toast({ tone: "good", text: t("intake.fix.done", { cells: format.number(report.changed), ready: format.number(report.ready_after) }) });
      onDone();
      onClose();
    },
  });
  const told = complete ? preview.data : undefined;
  return (
    <Modal
      open
      width={960}
      title={t("intake.fix.title")}
      onCancel={onClose}
      footer={[
        <Button key="no" onClick={onClose}>
          {t("ui.cancel")}
        </Button>,
        <Button key="yes" type="primary" disabled={!told?.changed} loading={apply.isPending} onClick={() => apply.mutate()}>
          {told?.changed ? t("intake.fix.apply", { cells: format.number(told.changed) }) : t("intake.fix.nothing")}
        </Button>,
      ]}
    >
      <div className={styles.fix}>
        <Form layout="vertical" className={styles.form}>
          <Form.Item label={t("intake.fix.rows")} htmlFor="fix-rows">
            <Select
              id="fix-rows"
              value={scope}
              onChange={(next: number) => {
                setScope(next);
                const chosen = scopes[next];
                if (chosen?.column) setColumn(chosen.column);
                const likely = LIKELY[chosen?.code ?? ""];
                if (likely) setHow(likely);
              }}
              options={scopes.map((one, n) => ({
                value: n,
                label: one.reason
                  ? t("intake.fix.rows.reason", { why: one.column && one.column !== EXTRA ? t("intake.row.why", { column: one.column, why: say(one.reason.text) }) : say(one.reason.text), rows: format.number(one.reason.rows) })
                  : t(`intake.fix.rows.${one.name}`),
              }))}
            />
          </Form.Item>
          <Form.Item label={t("intake.fix.column")} htmlFor="fix-column">
            <Select id="fix-column" value={column} onChange={setColumn} options={[...ward.columns.map((one) => ({ value: one.column, label: one.rows ? t("intake.fix.column.bad", { column: one.column, rows: format.number(one.rows) }) : one.column })), { value: EXTRA, label: t("intake.row.extra") }]} />
          </Form.Item>
          <Form.Item label={t("intake.fix.how")}>
            <Radio.Group
              className={styles.hows}
              value={how}
              onChange={(event) => setHow(event.target.value as How)}
              options={HOWS.map((one) => ({
                value: one,
                label: (
                  <span className={styles.how}>
                    {t(`intake.how.${one}`)}
                    <span>{t(`intake.how.${one}.about`)}</span>
                  </span>
                ),
              }))}
            />
          </Form.Item>
          {how === "replace" ? (
            <Form.Item label={t("intake.fix.find")} htmlFor="fix-find">
              <Input id="fix-find" value={find} onChange={(event) => setFind(event.target.value)} />
            </Form.Item>
          ) : null}
          {how === "replace" || how === "set" || how === "fill" ? (
            <Form.Item label={t("intake.fix.value")} htmlFor="fix-value">
              <Input id="fix-value" value={value} onChange={(event) => setValue(event.target.value)} />
            </Form.Item>
          ) : null}
          {how === "date" ? (
            <Form.Item label={t("intake.fix.first")}>
              <Segmented
                aria-label={t("intake.fix.first")}
                value={monthFirst ? "month" : "day"}
                options={[
                  { value: "day", label: t("intake.panel.first.day") },
                  { value: "month", label: t("intake.panel.first.month") },
                ]}
                onChange={(first) => setMonthFirst(first === "month")}
              />
            </Form.Item>
          ) : null}
        </Form>
        <div className={styles.preview} aria-live="polite" aria-busy={preview.isFetching}>
          <h3>{t("intake.fix.preview")}</h3>
          {preview.error || apply.error ? <ErrorNote error={preview.error ?? apply.error} /> : null}
          {told ? (
            <>
              <p className={styles.numbers}>
                {t("intake.fix.numbers", { matched: format.number(told.matched), changed: format.number(told.changed) })}
                <br />
                {t("intake.fix.ready", { before: format.number(told.ready_before), after: format.number(told.ready_after) })}
              </p>
              {told.examples.length ? (
                <table className={styles.examples}>
                  <thead>
                    <tr>
                      <th scope="col">{t("intake.grid.row")}</th>
                      <th scope="col">{t("intake.fix.before")}</th>
                      <th scope="col">{t("intake.fix.after")}</th>
                      <th scope="col">{t("intake.row.state")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {told.examples.map((one) => (
                      <tr key={one.row}>
                        <td>{one.row}</td>
                        <td className={styles.was}>{one.before || t("intake.grid.blank")}</td>
                        <td>{one.after || t("intake.grid.blank")}</td>
                        <td>{one.ready ? <Tone tone="good">{t("intake.row.ready")}</Tone> : <Tone tone="warn">{t("intake.row.not_yet")}</Tone>}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              ) : (
                <p className={styles.numbers}>{t("intake.fix.none")}</p>
              )}
            </>
          ) : (
            <p className={styles.numbers}>{t("intake.fix.incomplete")}</p>
          )}
        </div>
      </div>
    </Modal>
  );
}
