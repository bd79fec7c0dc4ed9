/** Elements by function: nothing is ever parsed as HTML, so what customers write stays text. */

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, kids) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else if (name === "width%") node.style.width = `${value}%`;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return node;
}

export function h(tag, props, ...kids) {
  return fill(document.createElement(tag), props, kids);
}

export function svg(tag, props, ...kids) {
  return fill(document.createElementNS(SVG, tag), props, kids);
}

export const $ = (id) => document.getElementById(id);

export function put(node, ...kids) {
  node.replaceChildren(...kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false));
}

const PATHS = {
  play: "M6 4l12 8-12 8z",
  pause: "M7 4v16M17 4v16",
  close: "M5 5l14 14M19 5L5 19",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
  loop: "M12.6 7.3A6 6 0 1 0 12 16.9M11.4 16.7A6 6 0 1 0 12 7.1",
  send: "M4 12l16-8-6 16-3-6z",
};

export function icon(name, size = 15) {
  const filled = name === "play";
  return svg(
    "svg",
    { width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", {
      d: PATHS[name],
      fill: filled ? "currentColor" : "none",
      stroke: filled ? "none" : "currentColor",
      "stroke-width": "2",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}
