// One sheet of a waiting file: its first rows under the fields that they give, and what would come of it.
import { useMutation } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { useWords } from "@/words/index.ts";
import { type Mapping, type MappingDraft, type SheetLook, useTry } from "./api.ts";
import { ColumnPanel } from "./ColumnPanel.tsx";
import { Extras } from "./Extras.tsx";
import { everywhere, withEverywhere } from "./mapping.ts";
import { NearNote } from "./NearNote.tsx";
import { Outcome, Reasons } from "./Outcome.tsx";
import { SheetGrid } from "./SheetGrid.tsx";
import styles from "./SheetDesk.module.css";

export interface SheetDeskProps {
  readonly id: string;
  readonly look: SheetLook;
  readonly mapping: Mapping | null;
  readonly onMapping: (mapping: Mapping | null) => void;
  /** Whether every row was tried and the mapping has no problem. */
  readonly onTried: (ready: boolean, rows: number) => void;
  readonly actions: ReactNode;
  /** The file is being taken in: nothing is tried any more. */
  readonly closed: boolean;
}

interface Change {
  readonly table?: string;
  readonly field?: string;
  readonly column?: string;
  readonly constant?: string;
  readonly instead?: boolean;
}

const WHOLE_AFTER_MS = 500;

export function SheetDesk({ id, look, mapping, onMapping, onTried, actions, closed }: SheetDeskProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const [column, setColumn] = useState("");
  const sample = useTry(id, look.sheet, mapping, false, !closed);
  const settled = useSettled(mapping, WHOLE_AFTER_MS);
  const whole = useTry(id, look.sheet, settled, true, settled === mapping && !closed);
  const fresh = whole.data && !whole.isPlaceholderData && settled === mapping ? whole.data : undefined;
  const now = sample.isPlaceholderData ? undefined : sample.data;

  const latest = useRef(mapping);
  latest.current = mapping;
  const change = useMutation({
    mutationFn: async (parts: Change) => {
      for (;;) {
        const mapping = latest.current;
        const draft = await post<MappingDraft>(`/imports/${id}/assign`, { sheet: look.sheet, mapping, ...parts });
        // What was set by hand meanwhile is kept: the change is made once more, to that.
        if (latest.current === mapping) return draft;
      }
    },
    onSuccess: (draft) => onMapping(draft.mapping),
  });
  const fit = useMutation({
    mutationFn: (name: string) => post<MappingDraft>(`/imports/${id}/fit`, { sheet: look.sheet, name }),
    onSuccess: (draft) => onMapping(draft.mapping),
  });
  const changing = change.isPending || fit.isPending;
  useEffect(() => {
    const told = fresh ?? now;
    onTried(told !== undefined && told.problems.length === 0 && mapping !== null && !changing, told?.rows ?? 0);
  }, [fresh, now, mapping, changing, onTried]);

  const mutate = change.mutate;
  const setField = useCallback(
    (from: string, value: string) => {
      const [table, field] = value.split(".");
      mutate({ column: from, table: value ? table : "", field: value ? field : "", instead: true });
    },
    [mutate],
  );
  const remove = (table: string, field: string) => mutate({ table, field });

  const currencies = useMemo(() => Intl.supportedValuesOf("currency").map((code) => ({ value: code, label: code })), []);
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone })), []);
  const kept = look.kept.length ? [{ value: "", label: t("intake.kept.guess") }, ...look.kept.map((name) => ({ value: name, label: name }))] : [];
  const chosen = mapping && look.kept.includes(mapping.name) ? mapping.name : "";
  return (
    <div className={styles.desk}>
      <div className={styles.top}>
        <div className={styles.facts}>
          {look.rows === null && !fresh ? null : <span>{t("intake.facts.rows", { rows: format.number(look.rows ?? fresh?.rows) })}</span>}
          <span>{t("intake.facts.columns", { count: look.header.length })}</span>
          <span>{t("intake.facts.encoding", { encoding: look.encoding })}</span>
          {look.delimiter ? <span>{t("intake.facts.delimiter", { delimiter: look.delimiter === "\t" ? "Tab" : look.delimiter })}</span> : null}
          {look.above.length ? <span title={look.above.map((row) => row.cells.join(" ")).join("\n")}>{t("intake.facts.above", { count: look.above.length })}</span> : null}
        </div>
        {mapping ? (
          <div className={styles.settings}>
            <label>
              {t("intake.money")}
              <Select
                size="small"
                showSearch
                style={{ width: 96 }}
                aria-label={t("intake.money")}
                value={everywhere(mapping, "currency") || undefined}
                placeholder={t("intake.several")}
                options={currencies}
                onChange={(currency: string) => onMapping(withEverywhere(mapping, { currency }))}
              />
            </label>
            <label>
              {t("intake.times")}
              <Select
                size="small"
                showSearch
                style={{ width: 170 }}
                aria-label={t("intake.times")}
                value={everywhere(mapping, "timezone") || undefined}
                placeholder={t("intake.several")}
                options={zones}
                onChange={(timezone: string) => onMapping(withEverywhere(mapping, { timezone }))}
              />
            </label>
            {kept.length ? (
              <label>
                {t("intake.kept.use")}
                <Select size="small" style={{ width: 170 }} aria-label={t("intake.kept.use")} value={chosen} options={kept} onChange={(name: string) => fit.mutate(name)} />
              </label>
            ) : null}
            <span className={styles.why}>{say(look.currency_why)}</span>
          </div>
        ) : null}
      </div>
      <div className={styles.strip}>
        <div className={styles.sum}>{mapping ? <Outcome sample={now ?? sample.data} whole={fresh} counting={whole.isFetching || settled !== mapping} error={sample.error} /> : null}</div>
        <div className={styles.actions}>{actions}</div>
      </div>
      {change.error || fit.error ? <ErrorNote error={change.error ?? fit.error} /> : null}
      {mapping === null ? <NearNote look={look} /> : null}
      <div className={column ? styles.withPanel : styles.alone}>
        <SheetGrid look={look} mapping={mapping} tried={now ?? sample.data} chosen={column} onChoose={setColumn} onField={setField} busy={changing} />
        {column ? (
          <ColumnPanel
            look={look}
            column={column}
            mapping={mapping}
            onMapping={onMapping}
            onAdd={(from, value) => {
              const [table, field] = value.split(".");
              mutate({ column: from, table, field });
            }}
            onRemove={remove}
            onClose={() => setColumn("")}
          />
        ) : null}
      </div>
      {mapping ? <Extras mapping={mapping} onMapping={onMapping} onConstant={(table, field, constant) => mutate({ table, field, constant })} onRemove={remove} /> : null}
      {mapping ? (
        <div className={styles.outcome}>
          <Reasons report={fresh ?? now ?? sample.data} onColumn={setColumn} />
        </div>
      ) : null}
    </div>
  );
}

/** The value once it has not changed for a while. */
function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
