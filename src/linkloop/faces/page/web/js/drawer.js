/** The drawer: one thing at a time, opened over the page, closed by Escape, focus given back. */

import { $, h, icon, put } from "./dom.js";
import { t } from "./i18n.js";

let opener = null;

export const drawerOpen = () => $("drawer-root").childElementCount > 0;

export function closeDrawer() {
  if (!drawerOpen()) return;
  put($("drawer-root"));
  if (opener?.isConnected) opener.focus();
  opener = null;
}

/** Show `sections` under a title; `foot` holds the buttons. A second call replaces what is shown. */
export function openDrawer(title, under, sections, foot = []) {
  if (!drawerOpen()) opener = document.activeElement;
  const box = h(
    "aside",
    { class: "drawer", role: "dialog", "aria-modal": "true", "aria-label": title, tabindex: "-1" },
    h("header", null, h("div", null, h("h2", { text: title }), under), h("button", { class: "bare icon", "aria-label": t("close"), onclick: closeDrawer }, icon("close"))),
    h("div", { class: "scroll", tabindex: "0" }, sections),
    foot.length ? h("footer", null, foot) : null,
  );
  box.addEventListener("keydown", keepFocus);
  put($("drawer-root"), h("div", { class: "shade", onclick: closeDrawer }), box);
  box.focus();
}

function keepFocus(event) {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll("button:not(:disabled), summary, input, [tabindex='0']")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement === edge || document.activeElement === event.currentTarget && event.shiftKey) {
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

export function section(title, note, ...kids) {
  return h("section", null, h("h3", null, title, note && h("span", { class: "note", text: note })), kids);
}

/** The query behind a figure, with the moments that it was asked for. */
export function openSql(title, query, params) {
  const used = Object.entries(params || {}).filter(([name]) => query.includes(`$${name}`));
  const filled = used.reduce((text, [name, value]) => text.replaceAll(`$${name}`, `'${value}'`), query);
  const copy = () => navigator.clipboard?.writeText(filled);
  openDrawer(title, h("p", { class: "note", text: t("sql.note") }), h("section", null, h("pre", { class: "sql", text: filled })), [
    h("button", { text: t("copy"), onclick: copy }),
  ]);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeDrawer();
});
