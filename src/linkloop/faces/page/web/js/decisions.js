/** Decisions that wait for a person: chosen by J and K, approved by A, refused by R, explained by Enter. */

import { every, get, post } from "./api.js";
import { $, h, put } from "./dom.js";
import { closeDrawer, drawerOpen } from "./drawer.js";
import { cash, clock, number, percent, span } from "./format.js";
import { say, t } from "./i18n.js";
import { actionTitle } from "./names.js";
import { on, shopNow, state, tell } from "./state.js";
import { complain, toast } from "./toast.js";
import { openWhy } from "./why.js";

const BY = "page";
const UNDOABLE = new Set(["Compensate", "Replenish"]);

let chosen = ""; // id
let refusing = ""; // id whose refusal is being written
const leaving = new Set(); // ids that were just decided here

async function learn() {
  const page = await get("decisions?status=held&limit=100");
  hold(page.items);
}

function hold(items) {
  state.held = items.filter((decision) => !leaving.has(decision.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (!state.held.some((decision) => decision.id === chosen)) chosen = state.held[0]?.id || "";
  if (refusing && !state.held.some((decision) => decision.id === refusing)) refusing = "";
  tell("held");
  render();
}

function hear(entry) {
  if (entry.kind !== "decisions") return;
  const others = state.held.filter((decision) => decision.id !== entry.body.id);
  if (entry.body.status === "held") hold([...others, entry.body]);
  else if (others.length !== state.held.length) hold(others);
}

export async function approve(decision) {
  await decided(decision, () => post(`decisions/${decision.id}/approve`, { by: BY }, `approve:${decision.id}`), "approved");
}

export async function refuse(decision, note) {
  await decided(decision, () => post(`decisions/${decision.id}/refuse`, { by: BY, note }, `refuse:${decision.id}`), "refused");
}

async function decided(decision, send, word) {
  const place = state.held.findIndex((one) => one.id === decision.id);
  leaving.add(decision.id);
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
      h("span", { text: t("decisions.waits", { span: span(shopNow() - Date.parse(decision.at)), at: clock(decision.at) }) }),
      h("span", { text: t("confidence", { p: percent(decision.confidence) }) }),
      left !== null && h("span", { class: left < 600_000 ? "pill warn" : "", text: left > 0 ? t("decisions.left", { span: span(left) }) : t("decisions.late") }),
      ...decision.checks.filter((check) => check.verdict === "hold").slice(0, 1).map((check) => h("span", { text: say(check.text) })),
    ),
    h(
      "span",
      { class: "acts" },
      h("button", { class: "primary", "data-act": "approve", onclick: () => approve(decision) }, t("approve"), id === chosen && h("kbd", { text: "A" })),
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

function startRefusal(id) {
  chosen = refusing = id;
  render();
  $("decisions").querySelector(".refusal input")?.focus();
}

function render(refocus = false) {
  if ($("decisions").querySelector(".refusal") && refusing && !refocus) {
    if ($("decisions").querySelector(`[data-id="${CSS.escape(refusing)}"] .refusal`)) return; // a person is writing
  }
  const inside = refocus || $("decisions").contains(document.activeElement);
  const scroll = $("decisions").scrollTop;
  $("decisions-count").textContent = number(state.held.length);
  put($("decisions-keys"), state.held.length ? [h("kbd", { text: "J" }), " ", h("kbd", { text: "K" }), ` ${t("keys.choose")} · `, h("kbd", { text: "Enter" }), ` ${t("keys.why")}`] : []);
  put($("decisions"), state.held.length ? h("ol", null, state.held.map(row)) : h("div", { class: "empty" }, h("b", { text: t("decisions.empty") }), t("decisions.empty.todo")));
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
  for (const name of ["lang", "products"]) on(name, () => render());
  document.addEventListener("keydown", key);
  every(10_000, learn);
}
