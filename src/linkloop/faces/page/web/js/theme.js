/** Theme: light, or the dark war room; as the system says until a person chooses. */

import { tell } from "./state.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme() {
  return localStorage.getItem("linkloop.theme") || (dark.matches ? "dark" : "light");
}

export function wear(theme) {
  document.documentElement.dataset.theme = theme;
  tell("theme", theme);
}

export function swap() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("linkloop.theme", theme);
  wear(theme);
}

dark.addEventListener("change", () => wear(chosenTheme()));
