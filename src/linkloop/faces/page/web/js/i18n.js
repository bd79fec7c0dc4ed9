/** Words: one catalogue per language; what is missing shows its key, and a test compares the catalogues. */

let words = {};
export let lang = "en";

export function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") || localStorage.getItem("linkloop.lang") || navigator.language;
  return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export async function speak(code) {
  const answer = await fetch(`i18n/${code}.json`);
  words = await answer.json();
  lang = code;
  document.documentElement.lang = code;
  localStorage.setItem("linkloop.lang", code);
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}

export const knows = (key) => Object.hasOwn(words, key);

/** The words of a key, with {names} filled in. */
export function t(key, given = {}) {
  const said = knows(key) ? words[key] : key;
  return said.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));
}

/** The word for a value out of a closed list, or the value itself, made readable. */
export function word(list, value) {
  const key = `${list}.${value}`;
  return knows(key) ? words[key] : String(value).replaceAll("_", " ");
}

/** One language of a Text from the shop. */
export const say = (text) => (text ? text[lang] || text.en || "" : "");

/** Of a text that says it twice, once in each language with " · " between, the half that is read here. */
export function half(text) {
  const halves = String(text).split(" · ");
  const chinese = halves.map((one) => /\p{Script=Han}/u.test(one));
  if (halves.length !== 2 || chinese[0] === chinese[1]) return String(text);
  return halves[chinese.indexOf(lang === "zh")];
}
