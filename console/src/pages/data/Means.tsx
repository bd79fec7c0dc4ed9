// What something means, with the names that stand in `…` set as code.
import type { ReactNode } from "react";
import { useWords, type Text } from "@/words/index.ts";

export function Means({ text }: { text: Text }): ReactNode {
  const { say } = useWords();
  return (
    <>
      {say(text)
        .split("`")
        .map((part, n) => (n % 2 ? <code key={n}>{part}</code> : part))}
    </>
  );
}
