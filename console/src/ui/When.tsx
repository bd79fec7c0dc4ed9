// A moment in the shop's zone; the full moment on hover.
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";

export interface WhenProps {
  readonly at: string | null | undefined;
  readonly style?: "when" | "time" | "seconds" | "date";
}

export function When({ at, style = "when" }: WhenProps): ReactNode {
  const format = useFormat();
  if (!at) return <span>–</span>;
  const shown = style === "date" ? format.date(at) : style === "when" ? format.when(at) : format.time(at, style === "seconds");
  return (
    <time dateTime={at} title={format.full(at)}>
      {shown}
    </time>
  );
}
