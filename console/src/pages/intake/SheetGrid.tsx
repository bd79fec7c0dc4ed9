// The first rows as they stand, each column under the field that it gives; what cannot be read is marked where it stands.
import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { memo, type ReactNode, useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { Mapping, SheetLook, TryReport } from "./api.ts";
import { FieldSelect } from "./FieldSelect.tsx";
import { givenBy, isMoney } from "./mapping.ts";
import styles from "./SheetGrid.module.css";
import { Sureness } from "./Sureness.tsx";
import { understoodText } from "./understood.ts";

export interface SheetGridProps {
  readonly look: SheetLook;
  readonly mapping: Mapping | null;
  readonly tried: TryReport | undefined;
  readonly chosen: string;
  readonly onChoose: (column: string) => void;
  readonly onField: (column: string, value: string) => void;
  readonly busy: boolean;
}

export const SheetGrid = memo(function SheetGrid({ look, mapping, tried, chosen, onChoose, onField, busy }: SheetGridProps): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const marks = useMemo(() => {
    const found = new Map<string, string>();
    for (const mark of tried?.marks ?? []) {
      const key = `${mark.row} ${mark.column}`;
      const before = found.get(key);
      found.set(key, before ? `${before}; ${say(mark.text)}` : say(mark.text));
    }
    return found;
  }, [tried, say]);
  const bad = useMemo(() => new Set((tried?.marks ?? []).map((mark) => mark.row)), [tried]);
  const read = useMemo(() => new Map((tried?.understood ?? []).map((row) => [row.row, row.values])), [tried]);
  const heads = look.header.map((column) => ({ column, given: givenBy(mapping, column) }));
  return (
    <div className={styles.place} role="region" aria-label={t("intake.grid.label", { sheet: look.sheet || t("intake.grid.file") })} tabIndex={0}>
      <table className={styles.grid}>
        <thead>
          <tr>
            <th className={styles.number} scope="col">
              <span className="ll-hidden">{t("intake.grid.row")}</span>
            </th>
            {heads.map(({ column, given }) => {
              const first = given[0];
              const told = look.columns.find((one) => one.column === column);
              return (
                <th key={column} scope="col" className={column === chosen ? styles.chosen : undefined}>
                  <div className={styles.name}>
                    <span title={column}>{column}</span>
                    <Button
                      type="text"
                      size="small"
                      icon={<EllipsisOutlined />}
                      aria-label={t("intake.column.open", { column })}
                      aria-pressed={column === chosen}
                      onClick={() => onChoose(column === chosen ? "" : column)}
                    />
                  </div>
                  <FieldSelect
                    label={t("intake.column.becomes", { column })}
                    value={first ? `${first.table}.${first.field}` : ""}
                    onChange={(value) => onField(column, value)}
                    disabled={busy}
                  />
                  <div className={styles.told}>
                    {first ? <Sureness value={first.rule.confidence ?? 1} why={say(first.rule.why)} /> : null}
                    {first && isMoney(first.rule) ? <span className={styles.chip}>{first.rule.currency || first.rule.currency_from}</span> : null}
                    {given.length > 1 ? <span className={styles.chip}>{t("intake.column.more", { count: given.length - 1 })}</span> : null}
                    {told && told.filled < 1 ? <span className={styles.filled}>{t("intake.column.filled", { share: format.percent(Math.min(told.filled, 0.999), told.filled > 0.99 ? 1 : 0) })}</span> : null}
                  </div>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {look.first.map((row) => {
            const values = read.get(row.row);
            const whole = marks.get(`${row.row} `);
            return (
              <tr key={row.row} className={bad.has(row.row) ? styles.bad : undefined}>
                <th scope="row" className={styles.number} title={whole}>
                  {row.row}
                </th>
                {heads.map(({ column, given }, at) => {
                  const raw = row.cells[at] ?? "";
                  const why = marks.get(`${row.row} ${column}`);
                  const first = given[0];
                  const told = first && values ? understoodText(values[`${first.table}.${first.field}`], first.rule, raw, format) : "";
                  const names = [why ? styles.wrong : "", first ? "" : styles.unused, column === chosen ? styles.chosen : ""].filter(Boolean).join(" ");
                  return (
                    <td key={column} className={names || undefined}>
                      {why ? (
                        <Tooltip title={why}>
                          <span className={styles.raw}>
                            {raw || t("intake.grid.blank")}
                            <span className="ll-hidden"> {why}</span>
                          </span>
                        </Tooltip>
                      ) : (
                        <span className={styles.raw}>{raw}</span>
                      )}
                      {told ? <span className={styles.read}>{told}</span> : null}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
});
