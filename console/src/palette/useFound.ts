// What the shop finds for the typed text: asked as one types, the answer before stays until the next is there.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get } from "@/api/client.ts";
import type { Hits } from "./items.ts";

const PAUSE_MS = 60;

/** The query of what was typed. */
export function asking(typed: string) {
  return { queryKey: ["find", typed] as const, queryFn: ({ signal }: { signal: AbortSignal }) => get<Hits>("/find", { q: typed }, signal), staleTime: 2_000 };
}

export function useFound(typed: string, open: boolean): { readonly hits: Hits["hits"]; readonly busy: boolean; readonly error: unknown } {
  const asked = useLater(typed.trim().slice(0, 200));
  const { data, error, isFetching } = useQuery({
    ...asking(asked),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  return { hits: data?.hits ?? [], busy: isFetching || asked !== typed.trim().slice(0, 200), error };
}

function useLater(text: string): string {
  const [late, setLate] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLate(text), text ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return late;
}
