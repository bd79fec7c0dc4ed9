// What the page of models asks the API for.
import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

type Schemas = components["schemas"];
export type ModelToday = Schemas["ModelToday"];
export type QuestionInfo = Schemas["QuestionInfo"];
export interface RuleHit {
  readonly rule: string;
  readonly text?: string;
  readonly missed?: string;
}
export interface Answer {
  readonly value: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly version: string;
  readonly confidence: number;
  readonly hits: readonly RuleHit[];
  readonly near: readonly RuleHit[];
}

export function useModels() {
  return useQuery({ queryKey: ["models", "today"], queryFn: () => get<ModelToday[]>("/models/today"), refetchInterval: 10_000 });
}

export function useQuestions() {
  return useQuery({ queryKey: ["models", "questions"], queryFn: () => get<QuestionInfo[]>("/questions"), staleTime: 300_000 });
}

export function useAsk(question: string) {
  return useMutation({ mutationFn: (fields: Record<string, unknown>) => post<Answer>(`/questions/${encodeURIComponent(question)}/ask`, { fields }) });
}
