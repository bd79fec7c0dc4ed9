/** The web chat: write as a customer and see how the shop answers; a lost line resumes where it was. */

import { $, h, icon, put } from "./dom.js";
import { seconds } from "./format.js";
import { say, t } from "./i18n.js";
import { on } from "./state.js";

const TOKEN = "linkloop.chat";

let socket = null;
let status = "again";
let waitMs = 500;
let session = "";
const lines = new Map(); // message id → line, in the order of their coming
const unsent = new Map(); // client id → text, until the shop has it

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${location.pathname.replace(/[^/]*$/, "")}chat`);
  socket.onopen = () => {
    const after = Math.max(0, ...[...lines.values()].map((line) => line.seq || 0));
    socket.send(JSON.stringify({ type: "hello", token: localStorage.getItem(TOKEN) || "", after }));
  };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    show("again");
    setTimeout(connect, waitMs);
    waitMs = Math.min(15_000, waitMs * 2);
  };
}

function hear(frame) {
  if (frame.type === "welcome") {
    waitMs = 500;
    session = frame.session;
    localStorage.setItem(TOKEN, frame.token);
    show("open");
    for (const [client_id, text] of unsent) socket.send(JSON.stringify({ type: "say", client_id, text }));
  } else if (frame.type === "line") {
    lines.set(frame.message_id, frame);
    render();
  } else if (frame.type === "accepted") unsent.delete(frame.client_id);
  else if (frame.type === "error") {
    if (frame.code === "chat.token") localStorage.removeItem(TOKEN);
    unsent.delete(frame.client_id);
    lines.set(`error:${Date.now()}`, { author: "error", text: `${say(frame.text)} ${say(frame.todo)}` });
    render();
  }
}

function send(text) {
  const words = text.trim();
  if (!words) return;
  const client_id = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  unsent.set(client_id, words);
  if (status === "open") socket.send(JSON.stringify({ type: "say", client_id, text: words }));
  else {
    lines.set(`${session}:${client_id}`, { author: "customer", text: words });
    render();
  }
}

function show(now) {
  status = now;
  $("chat-state").textContent = t(`chat.${now}`);
}

function bubble(line) {
  const mine = line.author === "customer";
  return h(
    "div",
    { class: mine ? "bubble mine" : "bubble", "data-author": line.author },
    line.text,
    h("small", { text: [t(`chat.author.${line.author}`), line.at && seconds(line.at)].filter(Boolean).join(" · ") }),
  );
}

function render() {
  const box = $("chat-scroll");
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const asks = ["chat.ask.1", "chat.ask.2", "chat.ask.3"];
  put(
    $("chat-log"),
    lines.size
      ? [...lines.values()].slice(-60).map(bubble)
      : h("div", { class: "empty" }, h("b", { text: t("chat.empty") }), t("chat.empty.todo"), h("div", { class: "chips" }, asks.map((ask) => h("button", { text: t(ask), onclick: () => send(t(ask)) })))),
  );
  if (low) box.scrollTop = box.scrollHeight;
}

function label() {
  const input = h("input", { type: "text", id: "chat-input", maxlength: "2000", autocomplete: "off", placeholder: t("chat.placeholder"), "aria-label": t("chat.placeholder") });
  input.value = $("chat-input")?.value || "";
  put($("chat-form"), input, h("button", { class: "primary icon", type: "submit", "aria-label": t("chat.send"), title: t("chat.send") }, icon("send")));
  show(status);
  render();
}

export function startChat() {
  $("chat-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send($("chat-input").value);
    $("chat-input").value = "";
  });
  on("lang", label);
  connect();
}
