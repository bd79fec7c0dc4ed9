// Before the first paint: the theme and language that this browser chose, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("linkloop.preferences") || "{}") || {};
  } catch (error) {
    kept = {};
  }
  var asked = new URLSearchParams(location.search).get("lang");
  var lang = asked || kept.lang || navigator.language || "en";
  root.lang = /^zh/i.test(lang) ? "zh-CN" : "en";
  var dark = kept.theme === "dark" || (kept.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
})();
