// A mapping as the page reads and changes it. Fields that have their default are not sent by the API.
import type { ColumnRule, FieldMeaning, Mapping, TableMeaning } from "./api.ts";

export interface Given {
  readonly table: string;
  readonly field: string;
  readonly rule: ColumnRule;
}

/** The columns that a rule reads. */
export const sources = (rule: ColumnRule): readonly string[] => rule.source ?? [];

/** Every field of a mapping with its rule. */
export function givens(mapping: Mapping | null): Given[] {
  return (mapping?.targets ?? []).flatMap((target) => Object.entries(target.columns).map(([field, rule]) => ({ table: target.table, field, rule })));
}

/** The fields that a column gives: those that it gives alone first. */
export function givenBy(mapping: Mapping | null, column: string): Given[] {
  const found = givens(mapping).filter((one) => sources(one.rule).includes(column));
  const alone = (one: Given) => (sources(one.rule).length === 1 && one.rule.transform !== "prefix" && one.rule.transform !== "present" ? 0 : 1);
  return [...found].sort((a, b) => alone(a) - alone(b));
}

/** The fields that no column gives: counted, or the same for every row. */
export const withoutColumn = (mapping: Mapping | null): Given[] => givens(mapping).filter((one) => sources(one.rule).length === 0);

/** The mapping with one rule changed in some of its parts. */
export function withRule(mapping: Mapping, table: string, field: string, parts: Partial<ColumnRule>): Mapping {
  return {
    ...mapping,
    targets: mapping.targets.map((target) => {
      const rule = target.columns[field];
      return target.table === table && rule ? { ...target, columns: { ...target.columns, [field]: { ...rule, ...parts } } } : target;
    }),
  };
}

const MONEY = new Set(["money", "product", "per_unit"]);

/** Whether a rule reads an amount of money. */
export const isMoney = (rule: ColumnRule): boolean => MONEY.has(rule.transform ?? "text");

/** The mapping with one currency for all amounts, or one time zone for all times. */
export function withEverywhere(mapping: Mapping, parts: { currency?: string; timezone?: string }): Mapping {
  return {
    ...mapping,
    targets: mapping.targets.map((target) => ({
      ...target,
      columns: Object.fromEntries(
        Object.entries(target.columns).map(([field, rule]) => {
          if (parts.currency && isMoney(rule)) return [field, { ...rule, currency: parts.currency }];
          if (parts.timezone && rule.transform === "date") return [field, { ...rule, timezone: parts.timezone }];
          return [field, rule];
        }),
      ),
    })),
  };
}

/** The one currency of all amounts (or zone of all times), "" where there are several or none. */
export function everywhere(mapping: Mapping | null, part: "currency" | "timezone"): string {
  const told = new Set(givens(mapping).filter(({ rule }) => (part === "currency" ? isMoney(rule) : rule.transform === "date")).map(({ rule }) => rule[part] ?? ""));
  return told.size === 1 ? ([...told][0] ?? "") : "";
}

/** The meaning of a table and of its field. */
export function meaningOf(tables: readonly TableMeaning[] | undefined, table: string, field: string): { table?: TableMeaning; field?: FieldMeaning } {
  const found = tables?.find((one) => one.table === table);
  return { table: found, field: found?.fields.find((one) => one.field === field) };
}
