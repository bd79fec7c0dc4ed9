// What the console itself brings: its pages, what can be done anywhere, and what was opened last.
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { usePreferences } from "@/app/preferences.ts";
import { useSession } from "@/app/session.ts";
import { useShop } from "@/app/shop.ts";
import { useWords } from "@/words/index.ts";
import { type Hit, type Item, matches, spansOf } from "./items.ts";
import { PLACES } from "./places.ts";
import { recents } from "./recent.ts";
import type { Doing } from "./useDoing.ts";

type TownStatus = components["schemas"]["TownStatus"];

export interface Own {
  readonly recent: readonly Item[];
  readonly pages: readonly Item[];
  readonly actions: readonly Item[];
  readonly sql: readonly Item[];
}

export function useOwnItems(typed: string, open: boolean, waiting: readonly Hit[], go: (to: string) => void, doing: Doing, refuse: (hit: Hit, named: string) => void): Own {
  const { t, maybe, lang } = useWords();
  const { may } = useSession();
  const { shown, set } = usePreferences();
  const hasTown = useShop().status?.worlds.includes("sim") ?? false;
  const selected = useRouterState({ select: (state) => (state.location.pathname === "/decisions" ? String((state.location.search as { id?: string }).id ?? "") : "") });
  const town = useQuery({ queryKey: ["palette", "town"], queryFn: () => get<TownStatus>("/town"), enabled: open && may("run") && hasTown, retry: false, staleTime: 2_000 }).data;
  const asked = typed.trim();

  const own = (name: string, run: Item["run"], more: Partial<Item> = {}): Item => {
    const title = more.title ?? t(`palette.do.${name}`);
    return { id: `do/${name}`, group: "palette.group.actions", title, spans: spansOf(title, asked), run, ...more };
  };
  const top = waiting.find((hit) => hit.id === selected) ?? waiting[0];
  const named = top ? `${maybe(`today.action.${top.title}`, top.title)} · ${top.name ?? ""}` : "";
  const all: (Item | null)[] = [
    top && may("decide") ? own("approve", () => doing.verdict("approve", top.id, named, ""), { detail: named }) : null,
    top && may("decide") ? own("refuse", () => refuse(top, named), { detail: named }) : null,
    town && may("run") ? own(town.paused ? "resume" : "pause", () => doing.town(town.paused ? "resume" : "pause")) : null,
    own("language", () => set({ lang: lang === "zh" ? "en" : "zh" })),
    own(shown === "dark" ? "light" : "dark", () => set({ theme: shown === "dark" ? "light" : "dark" })),
    own("system", () => set({ theme: "system" })),
    may("data") ? own("import", () => go("/data/import")) : null,
  ];
  const actions = all.filter((one): one is Item => one !== null);
  const sql = `/data/sql?${new URLSearchParams({ query: asked }).toString()}`;
  return {
    recent: recents().map((one): Item => ({ id: `recent/${one.to}`, group: "palette.group.recent", title: one.title, detail: one.detail, spans: [], to: one.to, run: () => go(one.to) })),
    pages: PLACES.filter((place) => may(place.needs) && (!asked || matches(asked, t(`palette.page.${place.name}`), t(`palette.also.${place.name}`)))).map((place): Item => {
      const title = t(`palette.page.${place.name}`);
      return { id: `page/${place.name}`, group: "palette.group.pages", title, spans: spansOf(title, asked), to: place.to, run: () => go(place.to) };
    }),
    actions: actions.filter((one) => !asked || matches(asked, one.title, t(`palette.also.do.${one.id.slice(3)}`))),
    sql: asked && may("sql") ? [own("sql", () => go(sql), { title: t("palette.do.sql", { query: asked.length > 48 ? `${asked.slice(0, 47)}…` : asked }), spans: [] })] : [],
  };
}
