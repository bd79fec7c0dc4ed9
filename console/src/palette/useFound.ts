// What the shop finds for the typed text: asked as one types, the answer before stays until the next is there.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get } from "@/api/client.ts";
import type { Hits } from "./items.ts";

const PAUSE_MS = 60;

export function useFound(typed: string, open: boolean): { readonly hits: Hits["hits"]; readonly busy: boolean; readonly error: unknown } {
  const asked = useLater(typed.trim().slice(0, 200));
  const { data, error, isFetching } = useQuery({
    queryKey: ["find", asked],
    queryFn: ({ signal }) => get<Hits>("/find", { q: asked }, signal),
    enabled: open,
    staleTime: 2_000,
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
