// The rules part of the API: its types, what is asked, and what is done.
import type { components } from "@/api/schema.ts";
import { del, get, post, put } from "@/api/client.ts";

type Schemas = components["schemas"];
export type Summary = Schemas["RuleSummary"];
export type Detail = Schemas["RuleDetail"];
export type Sheet = Schemas["RuleSheet"];
export type Row = Schemas["RuleSheetRow"];
export type SheetTest = Schemas["RuleSheetTest"];
export type Field = Schemas["RuleField"];
export type Check = Schemas["RuleCheck"];
export type Problem = Schemas["RuleProblem"];
export type Finding = Schemas["RuleFinding"];
export type TestResult = Schemas["RuleTestResult"];
export type Trial = Schemas["RuleTrial"];
export type Asked = Schemas["RuleAsked"];
export type Diff = Schemas["RuleDiff"];
export type Draft = Schemas["RuleDraft"];
export type Merge = Schemas["RuleMerge"];
export type Version = Schemas["RuleVersion"];
export type WhatIf = Schemas["RuleWhatIf"];
export type Changed = Schemas["RuleChanged"];
export type Outcome = Schemas["RuleOutcome"];
export type Period = Schemas["RulePeriod"];
export type Values = Readonly<Record<string, unknown>>;

const at = (name: string, rest = "") => `/rules/${encodeURIComponent(name)}${rest}`;

export const rules = {
  all: (days: number) => get<Summary[]>("/rules", { days }),
  one: (name: string, days: number) => get<Detail>(at(name), { days }),
  check: (name: string, sheet: Sheet, signal?: AbortSignal) => post<Check>(at(name, "/check"), { sheet }, { signal }),
  try: (name: string, sheet: Sheet, given: Values, signal?: AbortSignal) => post<Trial>(at(name, "/try"), { sheet, given }, { signal }),
  asked: (name: string, row: string) => get<Asked[]>(at(name, "/asked"), { row, limit: 30 }),
  save: (name: string, sheet: Sheet, based_on: string, revision: number) => put<Draft>(at(name, "/draft"), { sheet, based_on, revision }),
  discard: (name: string) => del<unknown>(at(name, "/draft")),
  draftOf: (name: string, person: string) => get<Draft>(at(name, `/drafts/${encodeURIComponent(person)}`)),
  merge: (name: string, sheet: Sheet, based_on: string) => post<Merge>(at(name, "/merge"), { sheet, based_on }),
  live: (name: string, sheet: Sheet, based_on: string, note: string) => post<Version>(at(name, "/live"), { sheet, based_on, note }),
  back: (name: string, version: string, based_on: string, note: string) => post<Version>(at(name, "/back"), { version, based_on, note }),
  versions: (name: string) => get<Version[]>(at(name, "/versions")),
  version: (name: string, version: string) => get<Sheet>(at(name, `/versions/${version}`)),
  diff: (name: string, before: string, after: string) => get<Diff>(at(name, "/diff"), { before, after }),
  period: (name: string, start?: string, end?: string) => get<Period>(at(name, "/period"), { start, end }),
  whatIfs: (name: string) => get<WhatIf[]>(at(name, "/what-ifs")),
  whatIf: (name: string, id: string) => get<WhatIf>(at(name, `/what-ifs/${id}`)),
  startWhatIf: (name: string, sheet: Sheet, start?: string, end?: string) => post<WhatIf>(at(name, "/what-ifs"), { sheet, start: start ?? null, end: end ?? null }),
  cancelWhatIf: (name: string, id: string) => del<WhatIf>(at(name, `/what-ifs/${id}`)),
};
