// A speaker, hearer or table by its name, leading to where it is told of.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";

/** `id` as lineage has it: `link:stock`, `world:sim`, `table:orders`, `loop`. */
export function NodeLink({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const [kind = "", name = kind] = id.split(":");
  if (kind === "table") {
    return (
      <Link to="/data/table/$name" params={{ name }}>
        <code>{name}</code>
      </Link>
    );
  }
  return <Tone>{t(`data.node.${kind}`, { name })}</Tone>;
}
