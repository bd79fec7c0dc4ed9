// Hits of the search as items: words, money and moments in the reader's language, and what Tab does with each.
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { folded, type Hit, type Item, spansOf } from "./items.ts";
import type { Doing } from "./useDoing.ts";

export function useHitItems(hits: readonly Hit[], typed: string, go: (to: string) => void, doing: Doing): Item[] {
  const { t, maybe, say } = useWords();
  const { may } = useSession();
  const format = useFormat();

  const told = (hit: Hit): { title: string; detail: string } => {
    const status = hit.status ? maybe(`palette.status.${hit.status}`, hit.status) : "";
    switch (hit.kind) {
      case "decision": {
        const action = maybe(`today.action.${hit.title}`, hit.title);
        return { title: `${action} · ${hit.name ?? ""}`, detail: [maybe(`ui.status.${hit.status}`, hit.status ?? ""), say(hit.note)].join(" · ") };
      }
      case "alert":
        return { title: say(hit.note), detail: [status, format.when(hit.at)].join(" · ") };
      case "rules":
      case "rule":
        return { title: say(hit.note) || hit.title, detail: hit.kind === "rules" ? hit.title : `${hit.name} · ${hit.title}` };
      case "table":
      case "column":
        return { title: hit.title, detail: say(hit.note) };
      case "customer":
        return { title: hit.title, detail: [hit.id, hit.name].filter(Boolean).join(" · ") };
      case "conversation":
        return { title: hit.title, detail: [maybe(`ui.channel.${hit.name}`, hit.name ?? ""), maybe(`ui.talk.${hit.status}`, hit.status ?? ""), hit.at ? format.when(hit.at) : ""].filter(Boolean).join(" · ") };
      case "product":
      case "supplier":
      case "place":
        return { title: hit.title, detail: hit.id };
      case "order":
        return { title: hit.title, detail: [status, hit.at ? format.when(hit.at) : ""].filter(Boolean).join(" · ") };
      case "parcel":
        return { title: hit.title, detail: [hit.name, status, hit.at ? t("palette.promised", { time: format.when(hit.at) }) : ""].filter(Boolean).join(" · ") };
      case "case":
        return { title: hit.title, detail: hit.at ? format.when(hit.at) : "" };
      default:
        return { title: hit.title, detail: hit.name ?? "" };
    }
  };

  return hits.map((hit): Item => {
    const { title, detail } = told(hit);
    return {
      id: `${hit.kind}/${hit.id}`,
      group: `palette.kind.${hit.exact ? "exact" : hit.kind}`,
      title,
      detail,
      spans: title === hit.title ? (hit.spans as [number, number][]) : folded(typed) ? spansOf(title, typed) : [],
      side: hit.money ? format.money(hit.money, "whole") : undefined,
      to: hit.to,
      run: () => go(hit.to),
      second: second(hit, title),
    };
  });

  function second(hit: Hit, title: string): Item["second"] {
    if (hit.kind === "decision" && hit.status === "held" && may("decide")) {
      return { label: t("palette.approve"), run: () => doing.verdict("approve", hit.id, title, "") };
    }
    if (hit.kind === "conversation" && hit.status !== "solved" && may("decide")) {
      return { label: t("palette.take"), run: () => doing.take(hit.id, title).then((done) => done && go(hit.to)) };
    }
    if (hit.kind === "table" && may("sql")) {
      return { label: t("palette.query"), run: () => go(`/data/sql?${new URLSearchParams({ query: `SELECT * FROM ${hit.id} LIMIT 100` }).toString()}`) };
    }
    if (["order", "customer", "product", "parcel", "case"].includes(hit.kind)) return { label: t("palette.copy"), run: () => doing.copy(hit.id) };
    return undefined;
  }
}
