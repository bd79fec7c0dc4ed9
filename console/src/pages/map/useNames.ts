// What people call what stands on the map: worlds, events, links and actions.
import { useMemo } from "react";
import { useWords } from "@/words/index.ts";
import type { WireMap } from "./data.ts";

export interface Names {
  /** By what it is ("event:OrderPlaced", "link:watch", "speaks:sim") and its own name. */
  readonly of: (id: string, name: string) => string;
}

export function useNames(map: WireMap | undefined): Names {
  const { say, maybe } = useWords();
  return useMemo(() => {
    const titles = new Map((map?.nodes ?? []).map((node) => [node.name, node.title ? say(node.title) : maybe(`map.world.${node.name}`, node.name)]));
    return {
      of: (id, name) => {
        const [noun] = id.split(":");
        if (noun === "event") return maybe(`map.event.${name}`, spaced(name));
        if (noun === "action") return maybe(`map.action.${name}`, spaced(name));
        return (titles.get(name) ?? name).split(/[:：]/)[0] ?? name;
      },
    };
  }, [map?.nodes, say, maybe]);
}

const spaced = (name: string) => name.replace(/(?<!^)([A-Z])/g, " $1");
