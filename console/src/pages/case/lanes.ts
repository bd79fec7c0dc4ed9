// Lanes: who did a step, as a name and a colour that stays the same through the page.
import { useMemo } from "react";
import { useWords } from "@/words/index.ts";

export interface Lanes {
  readonly name: (lane: string) => string;
  readonly colour: (lane: string) => string;
}

const COLOURS = 7;

export function useLanes(lanes: readonly string[]): Lanes {
  const { maybe, t } = useWords();
  const joined = lanes.join("\n");
  return useMemo(() => {
    const place = new Map(joined.split("\n").map((lane, n) => [lane, (n % COLOURS) + 1]));
    return {
      name: (lane) => {
        const [sort, name = ""] = lane.split(/:(.*)/s);
        if (sort === "link") return maybe(`case.link.${name}`, name);
        if (sort === "person") return name;
        if (sort === "sim") return t("case.lane.town", { name });
        return maybe(`case.lane.${lane}`, t("case.lane.world", { name: lane }));
      },
      colour: (lane) => `var(--ll-series-${place.get(lane) ?? 8})`,
    };
  }, [joined, maybe, t]);
}
