/** The feed: what happens, newest first; when more comes than can be read, the weightiest is shown and the rest counted. */

import { openCase } from "./case.js";
import { $, h, put } from "./dom.js";
import { number, seconds } from "./format.js";
import { t, word } from "./i18n.js";
import { sentence } from "./names.js";
import { on } from "./state.js";
import { openWhy } from "./why.js";

const TURN_MS = 600;
const PER_TURN = 3;
const KEPT = 80;

let queue = [];
let shown = []; // entries, newest first
const decided = new Map(); // decision id → its latest entry
const turns = []; // [came, shown] of the last turns
let held = false; // a reader's pointer or focus rests on the feed

function arrive(entry) {
  if (entry.kind === "decisions" && decided.has(entry.body.id)) {
    decided.set(entry.body.id, entry);
    const row = $("feed").querySelector(`[data-decision="${CSS.escape(entry.body.id)}"]`);
    if (row) row.replaceWith(line(shown.find((one) => one.body.id === entry.body.id)));
    return;
  }
  if (!sentence(entry)) return;
  if (entry.kind === "decisions") decided.set(entry.body.id, entry);
  queue.push(entry);
  if (queue.length > 2000) queue = queue.slice(-500);
}

function turn() {
  if (held || document.hidden) return;
  const came = queue.length;
  if (came) {
    const first = !shown.length;
    const room = first ? KEPT : PER_TURN;
    const pick = came <= room ? queue : first ? queue.slice(-room) : sample(queue, room);
    turns.push(first ? [0, 0] : [came, pick.length]);
    queue = [];
    const top = $("feed-scroll").scrollTop;
    if (first) put($("feed"));
    for (const entry of pick) {
      shown.unshift(entry);
      $("feed").prepend(line(entry));
    }
    shown = shown.slice(0, KEPT);
    while ($("feed").children.length > KEPT) $("feed").lastChild.remove();
    if (top > 0) $("feed-scroll").scrollTop = top + pick.length * 40;
    forget();
  } else turns.push([0, 0]);
  if (turns.length > 15) turns.shift();
  note();
}

/** What weighs most, then every n-th of the rest, in the order of the log. */
function sample(entries, room) {
  const weights = entries.map((entry) => sentence(entry).weight);
  const order = entries.map((_, n) => n).sort((a, b) => weights[b] - weights[a] || b - a);
  const loud = order.filter((n) => weights[n] > 0).slice(0, room);
  const rest = order.filter((n) => weights[n] === 0);
  const every = rest.length / (room - loud.length);
  const taken = new Set([...loud, ...Array.from({ length: room - loud.length }, (_, n) => rest[Math.floor(n * every)])]);
  return entries.filter((_, n) => taken.has(n));
}

function forget() {
  if (decided.size <= 600) return;
  const kept = new Set(shown.map((entry) => entry.body.id));
  for (const id of [...decided.keys()].slice(0, 300)) if (!kept.has(id)) decided.delete(id);
}

function note() {
  const came = turns.reduce((sum, one) => sum + one[0], 0);
  const seen = turns.reduce((sum, one) => sum + one[1], 0);
  let text = t("feed.live");
  if (held) text = t("feed.held", { n: number(queue.length) });
  else if (seen && came >= seen * 1.5) text = t("feed.sampled", { n: number(came / seen, 0) });
  if ($("feed-note").textContent !== text) $("feed-note").textContent = text;
}

function line(entry) {
  const { tone, title, detail } = sentence(entry);
  const now = entry.kind === "decisions" ? decided.get(entry.body.id)?.body || entry.body : null;
  const open = () => (now ? openWhy(now.id) : entry.case_id && openCase(entry.case_id));
  const late = { held: "warn", refused: "bad", failed: "bad", unclear: "warn", done: "good" };
  return h(
    "li",
    { "data-decision": now?.id },
    h(
      "button",
      { onclick: open },
      h("span", { class: `dot ${tone}` }),
      h("span", { class: "what" }, h("span", null, h("b", { text: title })), now && h("span", { class: `pill ${late[now.status] || ""}`, text: word("status", now.status) }), detail && h("span", { class: "detail", text: detail })),
      h("time", { text: seconds(entry.at) }),
    ),
  );
}

function render() {
  put($("feed"), shown.map(line));
  if (!shown.length) put($("feed"), h("li", { class: "empty" }, h("b", { text: t("feed.empty") }), t("feed.empty.todo")));
  note();
}

export function startFeed() {
  on("entry", arrive);
  on("skipped", (many) => {
    queue = [];
    $("feed-note").textContent = t("feed.skipped", { n: number(many) });
  });
  on("lang", render);
  on("products", render);
  const hold = (value) => () => ((held = value), note());
  $("feed").addEventListener("pointerenter", hold(true));
  $("feed").addEventListener("pointerleave", hold(false));
  $("feed").addEventListener("focusin", (event) => event.target.matches(":focus-visible") && hold(true)());
  $("feed").addEventListener("focusout", hold(false));
  setInterval(turn, TURN_MS);
}
