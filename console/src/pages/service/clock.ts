// The desk's clock: the shop's time, going on between two words of the server, one tick a second for all who show it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useShop } from "@/app/shop.ts";
import { useLiveState } from "@/live/stream.ts";

type TownStatus = components["schemas"]["TownStatus"];

let told = 0; // the latest moment that the server named, ms
let heard = 0; // when it did, by this browser's steady clock
let rate = 1; // seconds of the shop in one of ours
let shown = 0;
const watchers = new Set<() => void>();

const reckoned = () => (told ? told + (performance.now() - heard) * rate : Date.now());

function tick(): void {
  shown = Math.floor(reckoned() / 1000) * 1000;
  for (const watcher of watchers) watcher();
}
setInterval(tick, 1000);

/** The server named this moment: the clock goes on from there; an older word changes nothing. */
export function tellMoment(at: string | undefined): void {
  const moment = Date.parse(at ?? "");
  if (!(moment > told)) return;
  told = moment;
  heard = performance.now();
  if (!shown || Math.abs(shown - moment) > 1500) tick();
}

function pace(now: number): void {
  if (now === rate) return;
  if (told) told = reckoned();
  heard = performance.now();
  rate = now;
  tick();
}

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};

/** The shop's moment in ms, whole seconds; changes once a second. */
export function useSecond(): number {
  return useSyncExternalStore(watch, () => shown || Math.floor(reckoned() / 1000) * 1000);
}

/** Keeps the clock right: follows the stream, and a town that stands still or runs faster than we do. */
export function useShopClock(): void {
  const { at } = useLiveState();
  const town = useShop().status?.worlds.includes("sim") ?? false;
  const { data } = useQuery({ queryKey: ["service", "pace"], queryFn: () => get<TownStatus>("/town"), enabled: town, refetchInterval: 5_000, retry: false });
  useEffect(() => tellMoment(at), [at]);
  useEffect(() => tellMoment(data?.at), [data?.at]);
  useEffect(() => pace(data ? (data.paused ? 0 : data.speed || 1) : 1), [data]);
}
