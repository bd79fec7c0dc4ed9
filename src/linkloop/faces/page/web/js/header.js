/** The bar: whose shop, its clock, how fast it runs, whether the page is live, language and theme. */

import { every, get, post } from "./api.js";
import { $, h, icon, put } from "./dom.js";
import { closeDrawer } from "./drawer.js";
import { day, seconds } from "./format.js";
import { lang, speak, t } from "./i18n.js";
import { on, shopNow, state, tell } from "./state.js";
import { swap } from "./theme.js";
import { complain } from "./toast.js";

const SPEEDS = [1, 60, 600, 0];
let live = "again";

async function learnTown() {
  try {
    heardTown(await get("town"));
  } catch (error) {
    if (error.code === "town.none") heardTown(null);
    else throw error;
  }
}

function heardTown(town) {
  const before = state.town;
  state.town = town;
  if (town) Object.assign(state, { now: Date.parse(town.at), townAt: Date.now() });
  if (before?.paused !== town?.paused || before?.speed !== town?.speed) render();
  tell("town", town);
}

export async function order(body) {
  try {
    heardTown(await post("town", body));
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

async function relabel(code) {
  await speak(code);
  closeDrawer();
  tell("lang");
}

function speedName(speed) {
  return speed === 0 ? t("speed.max") : t("speed.times", { n: speed });
}

function controls() {
  const { town } = state;
  if (!town) return null;
  const label = t(town.paused ? "resume" : "pause");
  return h(
    "div",
    { class: "speed" },
    h("button", { class: "icon", id: "pause", "aria-label": label, title: label, onclick: () => order({ do: town.paused ? "resume" : "pause" }) }, icon(town.paused ? "play" : "pause")),
    h(
      "div",
      { class: "segments", role: "group", "aria-label": t("speed.title") },
      (SPEEDS.includes(town.speed) ? SPEEDS : [...SPEEDS, town.speed]).map((speed) =>
        h("button", { "aria-pressed": String(town.speed === speed), title: SPEEDS.includes(speed) ? t(`speed.${speed}`) : null, text: speedName(speed), onclick: () => order({ do: "speed", speed }) }),
      ),
    ),
  );
}

function render() {
  const dark = document.documentElement.dataset.theme === "dark";
  const other = lang === "zh" ? "en" : "zh";
  put(
    $("bar"),
    h("h1", { class: "brand" }, icon("loop", 22), "Linkloop 环环", h("span", { class: "shop", text: state.shop })),
    h("div", { class: "clock", title: t("clock.title", { zone: state.zone }) }, h("time", { id: "clock", text: "--:--:--" }), h("span", { class: "note", id: "clock-day" })),
    controls(),
    h(
      "div",
      { class: "end" },
      h("span", { class: "link-state", role: "status" }, h("span", { class: `dot ${{ live: "good", again: "warn", lost: "bad" }[live]}` }), h("span", { text: t(`link.${live}`) })),
      h("button", { class: "bare", id: "language", lang: other, text: t("language.other"), "aria-label": t("language.switch"), onclick: () => relabel(other) }),
      h("button", { class: "bare icon", id: "theme", "aria-label": t(dark ? "theme.light" : "theme.dark"), title: t(dark ? "theme.light" : "theme.dark"), onclick: swap }, icon(dark ? "sun" : "moon")),
    ),
  );
  tick();
}

function tick() {
  if (!state.zone || !$("clock")) return;
  const now = shopNow();
  $("clock").textContent = seconds(now);
  $("clock-day").textContent = day(now);
}

export function startHeader() {
  render();
  for (const name of ["lang", "theme"]) on(name, render);
  on("status", (status) => {
    if ($("bar").querySelector(".shop").textContent !== status.name) render();
  });
  on("link", (now) => {
    if (now === live) return;
    live = now;
    render();
  });
  every(1500, learnTown);
  setInterval(tick, 200);
}
