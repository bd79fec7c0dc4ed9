// The stream's worker: reads the server-sent events, so that a burst never holds up what a person does.
import type { FromWorker, LiveEntry, ToWorker } from "./protocol.ts";
import { Sampler } from "./sampling.ts";

const EVERY_MS = 100;
const sampler = new Sampler();
let wanted = new Set<string>();
const say = (message: FromWorker) => self.postMessage(message);

const source = new EventSource("/api/v1/stream");
source.onopen = () => say({ type: "state", connected: true });
source.onerror = () => say({ type: "state", connected: false });
source.onmessage = (event: MessageEvent<string>) => {
  const entry = JSON.parse(event.data) as LiveEntry;
  sampler.take(entry, wanted.has("*") || wanted.has(entry.kind));
};

const timer = setInterval(() => {
  const batch = sampler.flush();
  if (batch) say({ type: "batch", batch });
}, EVERY_MS);

self.onmessage = (event: MessageEvent<ToWorker>) => {
  if (event.data.type === "kinds") wanted = new Set(event.data.kinds);
  else {
    source.close();
    clearInterval(timer);
    self.close();
  }
};
