// What the Data pages ask of the API, under keys that begin with "data".
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
/** An answer of the API: it always says every field, also those that a request may leave out. */
type Told<T> = T extends (infer Item)[] ? Told<Item>[] : T extends object ? { [Key in keyof T]-?: Told<Exclude<T[Key], undefined>> } : T;
export type TableCard = Told<Schemas["TableCard"]>;
export type Contract = Told<Schemas["Contract"]>;
export type ColumnContract = Told<Schemas["ColumnContract"]>;
export type TableFreshness = Told<Schemas["TableFreshness"]>;
export type TableQuality = Told<Schemas["TableQuality"]>;
export type ColumnQuality = Told<Schemas["ColumnQuality"]>;
export type ColumnFilter = Schemas["ColumnFilter"];
export type BrowseWindow = Told<Schemas["BrowseWindow"]>;
export type Lineage = Told<Schemas["Lineage"]>;
export type LineageNode = Told<Schemas["LineageNode"]>;
export type SqlWords = Told<Schemas["SqlWords"]>;
export type SqlRunResult = Told<Schemas["SqlRunResult"]>;
export type SqlRunState = Told<Schemas["SqlRunState"]>;
export type PastQuery = Told<Schemas["PastQuery"]>;
export type SavedQuestion = Told<Schemas["SavedQuestion"]>;
export type QuestionParam = Schemas["QuestionParam"];
export type ChartChoice = Schemas["ChartChoice"];
/** A cell as JSON gives it. */
export type Value = unknown;
export type Values = readonly Value[];

const MINUTE = 60_000;
const at = (name: string) => `/data/tables/${encodeURIComponent(name)}`;

export const useTables = () => useQuery({ queryKey: ["data", "tables"], queryFn: () => get<TableCard[]>("/data/tables"), staleTime: 10 * MINUTE });

export const useAllFreshness = () =>
  useQuery({ queryKey: ["data", "freshness"], queryFn: () => get<TableFreshness[]>("/data/freshness"), staleTime: MINUTE, refetchInterval: MINUTE });

export const useContract = (name: string) =>
  useQuery({ queryKey: ["data", "contract", name], queryFn: () => get<Contract>(at(name)), staleTime: 10 * MINUTE });

export const useFreshness = (name: string) =>
  useQuery({ queryKey: ["data", "freshness", name], queryFn: () => get<TableFreshness>(`${at(name)}/freshness`), staleTime: MINUTE, refetchInterval: MINUTE });

export const useQuality = (name: string) =>
  useQuery({ queryKey: ["data", "quality", name], queryFn: () => get<TableQuality>(`${at(name)}/quality`), staleTime: 5 * MINUTE });

export const useLineage = (about: string, steps: number) =>
  useQuery({
    queryKey: ["data", "lineage", about, steps],
    queryFn: () => get<Lineage>("/data/lineage", { about, steps }),
    staleTime: 10 * MINUTE,
    placeholderData: (before) => before,
  });

export const useSqlWords = () => useQuery({ queryKey: ["data", "words"], queryFn: () => get<SqlWords>("/data/words"), staleTime: 10 * MINUTE });

export const QUESTIONS = ["data", "questions"] as const;
export const HISTORY = ["data", "history"] as const;
export const useQuestions = () => useQuery({ queryKey: QUESTIONS, queryFn: () => get<SavedQuestion[]>("/data/questions") });
export const useHistory = () => useQuery({ queryKey: HISTORY, queryFn: () => get<PastQuery[]>("/sql/history") });

export const rowsPath = (name: string) => `${at(name)}/rows`;
