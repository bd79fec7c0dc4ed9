/** A case: one story from its first cause to its outcome, as a trail. */

import { get } from "./api.js";
import { h } from "./dom.js";
import { openDrawer, section } from "./drawer.js";
import { number, seconds, stamp } from "./format.js";
import { say, t, word } from "./i18n.js";
import { actionTitle, sentence } from "./names.js";
import { complain } from "./toast.js";
import { openWhy, pairs } from "./why.js";

export async function openCase(id) {
  try {
    show(await get(`cases/${encodeURIComponent(id)}`));
  } catch (error) {
    complain(error);
  }
}

function show({ case_id, timeline }) {
  const first = timeline[0];
  openDrawer(t("case.title"), h("p", { class: "note", text: t("case.note", { at: stamp(first.at), n: number(timeline.length) }) }), [
    section(t("case.story"), case_id, h("ol", { class: "trail" }, timeline.map(step))),
  ]);
}

function step(entry) {
  const { kind, body } = entry;
  if (kind === "decisions") {
    return h(
      "li",
      { class: "decision-step" },
      h("b", { text: actionTitle(body.action_kind, body.action) }),
      " ",
      h("span", { class: "pill", text: word("status", body.status) }),
      h("div", { class: "muted", text: `${seconds(entry.at)} · ${say(body.reason)}` }),
      h("button", { class: "bare", text: t("why.open"), onclick: () => openWhy(body.id) }),
    );
  }
  const said = sentence(entry);
  return h(
    "li",
    null,
    h("details", null, h("summary", null, h("b", { text: said?.title || word("kind", kind) }), " ", h("span", { class: "muted", text: seconds(entry.at) })), pairs(body)),
    said?.detail && h("div", { class: "muted", text: said.detail }),
  );
}
