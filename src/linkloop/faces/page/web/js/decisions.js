/** Decisions that wait for a person: chosen by J and K, approved by A, refused by R, explained by Enter. */

import { every, get, post } from "./api.js";
import { $, h, put } from "./dom.js";
import { closeDrawer, drawerOpen } from "./drawer.js";
import { cash, clock, near, number, percent, span } from "./format.js";
import { say, t, word } from "./i18n.js";
import { actionTitle } from "./names.js";
import { on, shopNow, state, tell } from "./state.js";
import { complain, toast } from "./toast.js";
import { openWhy } from "./why.js";

const BY = "page";
const UNDOABLE = new Set(["Compensate", "Replenish"]);

const LATELY = 12;
const MOST = 100; // rows

let lately = []; // decisions of late, whatever became of them, newest first
let chosen = ""; // id
let refusing = ""; // id whose refusal is being written
const leaving = new Set(); // ids that were just decided here

async function learn() {
  const [waiting, newest] = await Promise.all([get(`decisions?status=held&limit=${MOST}`), get(`decisions?limit=${LATELY * 2}`)]);
  lately = newest.items;
  hold(waiting.items);
}

/** Whether an approval comes too late. */
const late = (decision) => Boolean(decision.decide_by) && Date.parse(decision.decide_by) <= shopNow();

function hold(items) {
  state.held = items.filter((decision) => !leaving.has(decision.id)).sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-MOST);
  state.held.sort((a, b) => late(a) - late(b)); // stable: the oldest that can still be decided comes first
  state.waiting = Math.max(state.waiting, state.held.length);
  if (!state.held.some((decision) => decision.id === chosen)) chosen = state.held[0]?.id || "";
  if (refusing && !state.held.some((decision) => decision.id === refusing)) refusing = "";
  tell("held");
  render();
}

function hear(entry) {
  if (entry.kind !== "decisions") return;
  const others = state.held.filter((decision) => decision.id !== entry.body.id);
  lately = [entry.body, ...lately.filter((decision) => decision.id !== entry.body.id)].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, LATELY * 2);
  if (entry.body.status === "held") heard([...others, entry.body]);
  else heard(others);
}

let planned = 0;

/** Many may come at once: the list is drawn twice a second at most. */
function heard(items) {
  if (items.length !== state.held.length) state.waiting = Math.max(0, state.waiting + items.length - state.held.length);
  state.held = items;
  planned ||= setTimeout(() => ((planned = 0), hold(state.held)), 500);
}

export async function approve(decision) {
  if (late(decision)) return toast(t("decisions.late.todo"), { bad: true });
  await decided(decision, () => post(`decisions/${decision.id}/approve`, { by: BY }, `approve:${decision.id}`), "approved");
}

export async function refuse(decision, note) {
  await decided(decision, () => post(`decisions/${decision.id}/refuse`, { by: BY, note }, `refuse:${decision.id}`), "refused");
}

async function decided(decision, send, word) {
  const place = state.held.findIndex((one) => one.id === decision.id);
  leaving.add(decision.id);
  state.waiting = Math.max(0, state.waiting - 1);
  chosen = (state.held[place + 1] || state.held[place - 1])?.id || "";
  hold(state.held);
  try {
    const after = await send();
    const undo = word === "approved" && UNDOABLE.has(decision.action_kind) ? { act: () => takeBack(after), actLabel: t("undo") } : {};
    toast(t(`decisions.${word}`, { what: actionTitle(decision.action_kind, decision.action) }), undo);
  } catch (error) {
    leaving.delete(decision.id);
    complain(error);
    await learn().catch(() => {});
  }
}

async function takeBack(decision) {
  try {
    await post(`decisions/${decision.id}/undo`, { by: BY, note: "" });
    toast(t("decisions.undone"));
  } catch (error) {
    complain(error);
  }
}

function row(decision) {
  const { id, action_kind, action } = decision;
  const left = decision.decide_by ? Date.parse(decision.decide_by) - shopNow() : null;
  const chose = () => ((chosen = id), render());
  return h(
    "li",
    {
      class: id === chosen ? "decision selected" : "decision",
      "data-id": id,
      tabindex: id === chosen ? "0" : "-1",
      "aria-current": id === chosen ? "true" : null,
      onclick: (event) => (event.target.closest("button, input") ? null : (chose(), openWhy(id))),
    },
    h("span", { class: "title", text: actionTitle(action_kind, action) }),
    h("span", { class: "risk" }, cash(decision.at_risk), " ", h("small", { text: t("at_risk") })),
    h("span", { class: "reason", text: say(decision.reason) }),
    h(
      "span",
      { class: "facts" },
      h("span", { text: t("decisions.waits", { span: span(shopNow() - Date.parse(decision.at)), at: near(decision.at, shopNow()) }) }),
      h("span", { text: t("confidence", { p: percent(decision.confidence) }) }),
      left !== null && h("span", { class: left < 600_000 ? "pill warn" : "", text: left > 0 ? t("decisions.left", { span: span(left) }) : t("decisions.late") }),
      ...decision.checks.filter((check) => check.verdict === "hold").slice(0, 1).map((check) => h("span", { text: say(check.text) })),
    ),
    h(
      "span",
      { class: "acts" },
      h("button", { class: id === chosen && !late(decision) ? "primary" : null, "data-act": "approve", disabled: late(decision), onclick: () => approve(decision) }, t("approve"), id === chosen && h("kbd", { text: "A" })),
      h("button", { "data-act": "refuse", onclick: () => startRefusal(id) }, t("refuse"), id === chosen && h("kbd", { text: "R" })),
    ),
    refusing === id && refusal(decision),
  );
}

function refusal(decision) {
  const note = h("input", { type: "text", maxlength: "500", placeholder: t("refuse.why"), "aria-label": t("refuse.why") });
  const send = (event) => {
    event.preventDefault();
    refusing = "";
    refuse(decision, note.value.trim());
  };
  const stop = () => ((refusing = ""), render(true));
  return h(
    "form",
    { class: "refusal", onsubmit: send, onkeydown: (event) => event.key === "Escape" && (event.stopPropagation(), stop()) },
    note,
    h("button", { class: "primary", type: "submit", text: t("refuse") }),
    h("button", { type: "button", text: t("cancel"), onclick: stop }),
  );
}

function past(decision) {
  const tone = { refused: "bad", failed: "bad", unclear: "warn", done: "good" }[decision.status] || "";
  return h(
    "li",
    null,
    h(
      "button",
      { class: "past", onclick: () => openWhy(decision.id) },
      h("time", { text: clock(decision.at) }),
      h("span", { class: "title", text: actionTitle(decision.action_kind, decision.action) }),
      h("span", { class: "reason", text: say(decision.reason) }),
      decision.at_risk.amount ? h("span", { class: "risk", text: cash(decision.at_risk) }) : h("span", { class: "risk" }),
      h("span", { class: `pill ${tone}`, text: word("status", decision.status) }),
    ),
  );
}

function startRefusal(id) {
  chosen = refusing = id;
  render();
  $("decisions").querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  $("decisions").querySelector(".refusal input")?.focus();
}

function render(refocus = false) {
  if ($("decisions").querySelector(".refusal") && refusing && !refocus) {
    if ($("decisions").querySelector(`[data-id="${CSS.escape(refusing)}"] .refusal`)) return; // a person is writing
  }
  const inside = refocus || $("decisions").contains(document.activeElement);
  const scroll = $("decisions").scrollTop;
  $("decisions-count").textContent = number(state.waiting);
  put($("decisions-keys"), state.held.length ? [h("kbd", { text: "J" }), " ", h("kbd", { text: "K" }), ` ${t("keys.choose")} · `, h("kbd", { text: "Enter" }), ` ${t("keys.why")}`] : []);
  const before = lately.filter((decision) => decision.status !== "held").slice(0, LATELY);
  put(
    $("decisions"),
    state.held.length ? h("ol", null, state.held.map(row)) : h("div", { class: "empty" }, h("b", { text: t("decisions.empty") }), t("decisions.empty.todo")),
    before.length ? [h("h3", { class: "between", text: t("decisions.lately") }), h("ol", null, before.map(past))] : null,
  );
  $("decisions").scrollTop = scroll;
  if (inside && !drawerOpen()) $("decisions").querySelector(".selected")?.focus({ preventScroll: true });
}

function move(by) {
  const place = state.held.findIndex((decision) => decision.id === chosen);
  const next = state.held[Math.max(0, Math.min(state.held.length - 1, place + by))];
  if (!next) return;
  chosen = next.id;
  refusing = "";
  render(true);
  $("decisions").querySelector(".selected")?.scrollIntoView({ block: "nearest" });
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const current = state.held.find((decision) => decision.id === chosen);
  const act = {
    j: () => move(1),
    k: () => move(-1),
    a: () => current && (closeDrawer(), approve(current)),
    r: () => current && (closeDrawer(), startRefusal(chosen)),
    enter: () => current && !event.target.closest("button, summary") && openWhy(chosen),
  }[event.key.toLowerCase()];
  if (!act || (drawerOpen() && !["a", "r"].includes(event.key.toLowerCase()))) return;
  if (drawerOpen() && document.querySelector("[data-why]")?.dataset.why !== chosen) return;
  event.preventDefault();
  act();
}

export function startDecisions() {
  on("entry", hear);
  on("status", (status) => (state.waiting = status.held));
  for (const name of ["lang", "products"]) on(name, () => render());
  document.addEventListener("keydown", key);
  every(10_000, learn);
}
