/** Why: everything behind a decision, from the cause to the outcome, in a drawer. */

import { get } from "./api.js";
import { approve, refuse } from "./decisions.js";
import { openCase } from "./case.js";
import { h } from "./dom.js";
import { closeDrawer, openDrawer, section } from "./drawer.js";
import { cash, number, percent, seconds, stamp } from "./format.js";
import { half, say, t, word } from "./i18n.js";
import { actionTitle, plain } from "./names.js";
import { complain } from "./toast.js";

const NEAR = 3;
const TONES = { held: "warn", refused: "bad", failed: "bad", unclear: "warn", done: "good", allow: "good", hold: "warn", refuse: "bad" };

export async function openWhy(id) {
  try {
    show(await get(`decisions/${encodeURIComponent(id)}/why`));
  } catch (error) {
    complain(error);
  }
}

function show({ decision, cause, facts, history }) {
  const under = h(
    "p",
    { class: "note", "data-why": decision.id },
    h("span", { class: `pill ${TONES[decision.status] || ""}`, text: word("status", decision.status) }),
    ` ${stamp(decision.at)} · ${t("why.link", { link: decision.link })}`,
  );
  const held = decision.status === "held";
  const foot = [
    held && h("button", { class: "primary", onclick: () => (closeDrawer(), approve(decision)) }, t("approve"), h("kbd", { text: "A" })),
    held && h("button", { onclick: () => (closeDrawer(), refuse(decision, "")) }, t("refuse")),
    decision.case_id && h("button", { class: "bare", text: t("case.open"), onclick: () => openCase(decision.case_id) }),
  ].filter(Boolean);
  openDrawer(actionTitle(decision.action_kind, decision.action), under, [
    h("section", null, h("p", { class: "lead", text: say(decision.reason) }), keys(decision)),
    section(t("why.gate"), t("why.gate.note"), checks(decision.checks)),
    decision.alternatives.length ? section(t("why.options"), t("why.options.note"), options(decision.alternatives)) : null,
    decision.asked.length ? section(t("why.asked"), "", decision.asked.map(asked)) : null,
    section(t("why.facts"), t("why.facts.note", { n: number(decision.reads.length) }), factList(cause, facts)),
    section(t("why.action"), "", pairs(decision.action)),
    section(t("why.history"), "", trail(history)),
  ].filter(Boolean), foot);
}

function keys(decision) {
  const left = [
    [t("why.risk"), cash(decision.at_risk)],
    [t("why.confidence"), percent(decision.confidence)],
    [t("why.by"), decision.by || (decision.status === "held" ? "–" : t("why.by.gate"))],
  ];
  return h("div", { class: "keys" }, left.map(([name, value]) => h("div", null, h("span", { class: "note", text: name }), h("b", { text: value }))));
}

function checks(list) {
  if (!list.length) return h("p", { class: "muted", text: t("why.gate.none") });
  return h(
    "ul",
    { class: "checks" },
    list.map((check) =>
      h(
        "li",
        null,
        h("span", { class: `pill ${TONES[check.verdict]}`, text: word("verdict", check.verdict) }),
        h("span", { text: say(check.text) }),
        check.limit > 0 && meter(check.used / check.limit, check.used > check.limit ? "over" : "chosen"),
      ),
    ),
  );
}

function meter(ratio, tone) {
  return h("span", { class: `meter ${tone}`, "aria-hidden": "true" }, h("i", { "width%": Math.max(1, Math.min(100, ratio * 100)) }));
}

function options(list) {
  const most = Math.max(...list.map((one) => Math.abs(one.score)), 1e-9);
  return h(
    "ul",
    { class: "options" },
    list.map((one) =>
      h(
        "li",
        null,
        h("span", null, word("option", one.name), one.chosen ? h("span", { class: "pill accent", text: t("why.chosen") }) : null),
        meter(Math.abs(one.score) / most, one.chosen ? "chosen" : ""),
        h("span", { class: "value", title: t("why.propensity", { p: percent(one.propensity, 1) }) }, number(one.score, 0), h("span", { class: "muted", text: ` · ${percent(one.propensity)}` })),
      ),
    ),
  );
}

function asked(one) {
  const answer = Object.entries(one.answered).map(([name, value]) => `${name} = ${plain(value)}`).join(", ");
  const rule = (hit, kind) =>
    h("li", null, h("span", { class: kind === "hit" ? "pill accent" : "pill", text: t(`why.${kind}`) }), h("span", null, h("b", { text: hit.rule }), ` ${half(hit.text)}`, hit.missed && h("span", { class: "muted", text: ` ${t("why.missed", { what: hit.missed })}` })));
  return h(
    "div",
    { class: "asked" },
    h("p", null, h("b", { text: one.question }), ` → ${answer}`),
    h("p", { class: "note", text: t("why.model", { model: one.model, version: one.version, p: percent(one.confidence) }) }),
    h("ul", { class: "hits" }, one.hits.map((hit) => rule(hit, "hit")), one.near.slice(0, NEAR).map((hit) => rule(hit, "near"))),
    one.near.length > NEAR ? h("details", null, h("summary", { class: "note", text: t("why.more", { n: number(one.near.length - NEAR) }) }), h("ul", { class: "hits" }, one.near.slice(NEAR).map((hit) => rule(hit, "near")))) : null,
  );
}

function factList(cause, facts) {
  const list = cause && !facts.some((fact) => fact.offset === cause.offset) ? [cause, ...facts] : facts;
  if (!list.length) return h("p", { class: "muted", text: t("why.facts.none") });
  return h("div", { class: "facts" }, list.map((fact) => h("details", null, h("summary", null, h("b", { text: word("kind", fact.kind) }), h("span", { text: fact.key }), h("span", { class: "note", text: stamp(fact.at) })), pairs(fact.body))));
}

export function pairs(body) {
  const skip = ["id", "case_id", "cause_id", "hop", "source", "external_id"];
  const shown = Object.entries(body).filter(([name, value]) => !skip.includes(name) && value !== null && value !== "");
  return h("dl", { class: "pairs" }, shown.flatMap(([name, value]) => [h("dt", { class: "mono", text: name }), h("dd", { text: plain(value) })]));
}

function trail(history) {
  return h(
    "ol",
    { class: "trail" },
    history.map((one) => h("li", null, h("b", { text: word("entry", one.entry) }), ` ${seconds(one.at)} `, h("span", { class: "muted", text: [one.by, one.note].filter(Boolean).join(" · ") }), h("div", { class: "mono muted", title: one.hash, text: `#${one.seq} ${one.hash.slice(0, 16)}…` }))),
  );
}
