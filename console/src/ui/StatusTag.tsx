// The status of a decision as a word with a tone.
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import { Tone, type ToneName } from "./Tone.tsx";

const TONES: Readonly<Record<string, ToneName>> = {
  held: "accent",
  allowed: "info",
  done: "good",
  refused: "plain",
  failed: "bad",
  unclear: "warn",
  undone: "plain",
  repeated: "plain",
};

export function StatusTag({ status }: { status: string }): ReactNode {
  const { maybe } = useWords();
  return <Tone tone={TONES[status] ?? "plain"}>{maybe(`ui.status.${status}`, status)}</Tone>;
}
