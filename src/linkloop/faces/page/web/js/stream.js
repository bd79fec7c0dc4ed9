/** The live stream: log entries by server-sent events, resumed by Last-Event-ID; far behind, it jumps and says so. */

import { FEED_KINDS } from "./names.js";
import { state, tell } from "./state.js";

const FAR_BEHIND = 5000; // log entries

let source = null;
let last = 0;
let heardAt = 0;

/** Follow the log from `after` (negative: that many entries back). */
export function follow(after) {
  source?.close();
  source = new EventSource(`api/v1/stream?after=${after}&kinds=${FEED_KINDS.join(",")}`);
  source.onopen = () => tell("link", "live");
  source.onerror = () => tell("link", source.readyState === EventSource.CLOSED ? "lost" : "again");
  source.onmessage = (message) => {
    const entry = JSON.parse(message.data);
    last = entry.offset;
    heardAt = Date.now();
    tell("entry", entry);
  };
}

/** A page that cannot read as fast as the shop lives goes on at the present. */
export function keepUp() {
  if (source?.readyState === EventSource.CLOSED) follow(last || -300);
  else if (last && Date.now() - heardAt < 2000 && state.head - last > FAR_BEHIND) {
    tell("skipped", state.head - last);
    last = 0;
    follow(-300);
  }
}
