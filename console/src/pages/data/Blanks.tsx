// The form for the blanks of a query: a field for each `$name`, of the kind that it is.
import { Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import type { QuestionParam } from "./api.ts";
import styles from "./Sql.module.css";

const KINDS = ["text", "number", "day", "bool"] as const;

export interface BlanksProps {
  readonly blanks: readonly QuestionParam[];
  readonly typed: Readonly<Record<string, string>>;
  readonly onTyped: (name: string, value: string) => void;
  readonly onKind: (name: string, kind: QuestionParam["kind"]) => void;
}

export function Blanks({ blanks, typed, onTyped, onKind }: BlanksProps): ReactNode {
  const { t } = useWords();
  if (!blanks.length) return null;
  return (
    <div className={styles.blanks} role="group" aria-label={t("data.blanks")}>
      {blanks.map((blank) => {
        const value = typed[blank.name] ?? blank.default ?? "";
        const id = `blank-${blank.name}`;
        const set = (next: string) => onTyped(blank.name, next);
        return (
          <span key={blank.name} className={styles.blank}>
            <label htmlFor={id}>
              <code>${blank.name}</code>
            </label>
            {blank.kind === "bool" ? (
              <Select id={id} size="small" value={value === "true" ? "true" : "false"} onChange={set} options={["true", "false"].map((one) => ({ value: one, label: t(one === "true" ? "data.cell.yes" : "data.cell.no") }))} />
            ) : blank.kind === "number" ? (
              <InputNumber id={id} size="small" stringMode value={value} onChange={(next) => set(next === null ? "" : String(next))} />
            ) : (
              <Input id={id} size="small" type={blank.kind === "day" ? "date" : "text"} value={value} onChange={(event) => set(event.target.value)} />
            )}
            <Select
              size="small"
              variant="borderless"
              aria-label={t("data.blanks.kind", { name: blank.name })}
              value={blank.kind ?? "text"}
              onChange={(kind) => onKind(blank.name, kind)}
              popupMatchSelectWidth={false}
              options={KINDS.map((kind) => ({ value: kind, label: t(`data.blanks.${kind}`) }))}
            />
          </span>
        );
      })}
    </div>
  );
}
