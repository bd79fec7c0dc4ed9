// Every page by its path; each is a chunk of its own, loaded when it is first opened.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { loadMoreWords } from "@/words/index.ts";
import { NotFound } from "./NotFound.tsx";
import { Broken } from "./Broken.tsx";
import { Waiting } from "./Waiting.tsx";
import { Shell } from "./Shell.tsx";

/** What stands behind `?` in an address: plain texts; each page reads its own. */
export type Search = Readonly<Record<string, string | undefined>>;

const texts = (search: Record<string, unknown>): Search =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value != null && typeof value !== "object").map(([key, value]) => [key, String(value)]));

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken, validateSearch: texts });

/** A page comes together with its words; `none` where the first words are all that it says. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, more: typeof loadMoreWords | "none" = loadMoreWords) => {
  const both = async () => (await Promise.all([load(), more === "none" ? null : more()]))[0];
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(both as () => Promise<{ default: never }>, "default") });
};

const tree = root.addChildren([
  page("/", () => import("@/pages/today/Today.tsx"), "none"),
  page("/decisions", () => import("@/pages/decisions/Decisions.tsx")),
  page("/service/{-$conversation}", () => import("@/pages/service/Service.tsx")),
  page("/service/quality", () => import("@/pages/service/Quality.tsx")),
  page("/service/knowledge", () => import("@/pages/service/Knowledge.tsx")),
  page("/service/what-if", () => import("@/pages/service/WhatIfPage.tsx")),
  page("/stock", () => import("@/pages/stock/Stock.tsx")),
  page("/stock/allocation", () => import("@/pages/stock/Allocation.tsx")),
  page("/stock/frontier", () => import("@/pages/stock/Frontier.tsx")),
  page("/stock/network", () => import("@/pages/network/Network.tsx")),
  page("/stock/$id", () => import("@/pages/stock/Sku.tsx")),
  page("/cases", () => import("@/pages/case/Cases.tsx")),
  page("/case/$id", () => import("@/pages/case/Case.tsx")),
  page("/rules", () => import("@/pages/rules/Rules.tsx")),
  page("/rules/$name", () => import("@/pages/rules/Table.tsx")),
  page("/data", () => import("@/pages/data/Data.tsx")),
  page("/data/table/$name", () => import("@/pages/data/Table.tsx")),
  page("/data/sql", () => import("@/pages/data/Sql.tsx")),
  page("/data/import", () => import("@/pages/intake/Import.tsx")),
  page("/data/quarantine", () => import("@/pages/intake/Quarantine.tsx")),
  page("/data/dead-letters", () => import("@/pages/intake/DeadLetters.tsx")),
  page("/models", () => import("@/pages/models/Models.tsx")),
  page("/map", () => import("@/pages/map/Map.tsx")),
  page("/worlds", () => import("@/pages/worlds/Worlds.tsx")),
  page("/worlds/connectors", () => import("@/pages/worlds/Connectors.tsx")),
  page("/worlds/chat", () => import("@/pages/worlds/Chat.tsx")),
  page("/settings", () => import("@/pages/settings/Settings.tsx")),
  page("/settings/$part", () => import("@/pages/settings/Settings.tsx")),
  page("/order/$id", () => import("@/pages/thing/Order.tsx")),
  page("/customer/$id", () => import("@/pages/thing/Customer.tsx")),
  page("/product/$id", () => import("@/pages/thing/Product.tsx")),
  page("/parcel/$id", () => import("@/pages/thing/Parcel.tsx")),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPendingComponent: Waiting,
  defaultPendingMs: 150,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  // Addresses are plain: `?query=SELECT…`, not JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const asked = Object.entries(search).filter(([, value]) => value != null && value !== "").map(([key, value]) => [key, String(value)]);
    return asked.length ? `?${new URLSearchParams(asked).toString()}` : "";
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
