// Time left until a moment on the shop's clock: in words, urgent when it is short, overdue when it is past.
import type { ReactNode } from "react";
import { useNow } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { Tone } from "./Tone.tsx";

export function Left({ until, urgentMs = 3_600_000 }: { until: string | null | undefined; urgentMs?: number }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  if (!until) return null;
  const left = Date.parse(until) - now.getTime();
  if (left < 0) return <Tone tone="bad">{t("ui.left.over", { time: format.duration(-left) })}</Tone>;
  const text = t("ui.left", { time: format.duration(left) });
  return left < urgentMs ? <Tone tone="warn">{text}</Tone> : <span>{text}</span>;
}
