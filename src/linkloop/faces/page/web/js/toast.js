/** Toasts: what came of something that a person did, with a way back where there is one. */

import { $, h, icon } from "./dom.js";
import { t } from "./i18n.js";

export function toast(text, { bad = false, act = null, actLabel = "", ms = 6000 } = {}) {
  const node = h(
    "div",
    { class: bad ? "toast bad" : "toast", role: bad ? "alert" : null },
    h("div", { text }),
    act && h("button", { text: actLabel, onclick: () => (node.remove(), act()) }),
    h("button", { class: "bare icon", "aria-label": t("close"), onclick: () => node.remove() }, icon("close")),
  );
  $("toasts").append(node);
  setTimeout(() => node.remove(), bad ? ms * 2 : ms);
  while ($("toasts").children.length > 3) $("toasts").firstChild.remove();
}

/** An error as a toast: what is wrong and what to do. */
export function complain(error) {
  toast([error.message, error.todo].filter(Boolean).join(" — "), { bad: true });
}
