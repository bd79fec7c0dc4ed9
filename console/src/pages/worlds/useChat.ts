// The web chat's line: a socket that comes back by itself and resumes where it was; what was written is sent once.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Text } from "@/words/index.ts";

export interface ChatLine {
  readonly id: string;
  readonly author: "customer" | "bot" | "person" | "error";
  readonly text: string;
  readonly error?: Text;
  readonly at: string;
  readonly seq: number;
  readonly inReplyTo: string;
}

export interface Chat {
  readonly open: boolean;
  readonly session: string;
  readonly lines: readonly ChatLine[];
  readonly send: (text: string) => void;
  /** Begin as somebody new. */
  readonly anew: () => void;
}

interface Frame {
  readonly type: "welcome" | "line" | "accepted" | "error";
  readonly [field: string]: unknown;
}

const TOKEN = "linkloop.chat";
const LONGEST_WAIT_MS = 15_000;

export function useChat(): Chat {
  const [open, setOpen] = useState(false);
  const [session, setSession] = useState("");
  const [lines, setLines] = useState<readonly ChatLine[]>([]);
  const [life, setLife] = useState(0);
  const socket = useRef<WebSocket | null>(null);
  const unsent = useRef(new Map<string, string>());
  const last = useRef(0);

  useEffect(() => {
    let gone = false;
    let wait = 500;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      const made = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat`);
      socket.current = made;
      made.onopen = () => made.send(JSON.stringify({ type: "hello", token: localStorage.getItem(TOKEN) ?? "", after: last.current }));
      made.onmessage = (event: MessageEvent<string>) => {
        const frame = JSON.parse(event.data) as Frame;
        if (frame.type === "welcome") {
          wait = 500;
          localStorage.setItem(TOKEN, String(frame["token"]));
          setSession(String(frame["session"]));
          setOpen(true);
          for (const [id, text] of unsent.current) made.send(said(id, text));
        } else if (frame.type === "line") {
          const line = lineOf(frame);
          last.current = Math.max(last.current, line.seq);
          setLines((before) => [...before.filter((one) => one.id !== line.id), line]);
        } else {
          unsent.current.delete(String(frame["client_id"]));
          if (frame.type === "error") {
            if (frame["code"] === "chat.token") localStorage.removeItem(TOKEN);
            setLines((before) => [...before, { id: `error:${performance.now()}`, author: "error", text: "", error: both(frame), at: "", seq: 0, inReplyTo: "" }]);
          }
        }
      };
      made.onclose = () => {
        setOpen(false);
        if (gone) return;
        timer = setTimeout(connect, wait);
        wait = Math.min(LONGEST_WAIT_MS, wait * 2);
      };
    };
    connect();
    return () => {
      gone = true;
      clearTimeout(timer);
      socket.current?.close();
    };
  }, [life]);

  const send = useCallback((text: string) => {
    const words = text.trim();
    if (!words) return;
    const id = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    unsent.current.set(id, words);
    if (socket.current?.readyState === WebSocket.OPEN) socket.current.send(said(id, words));
  }, []);

  const anew = useCallback(() => {
    localStorage.removeItem(TOKEN);
    unsent.current.clear();
    last.current = 0;
    setLines([]);
    setSession("");
    setLife((before) => before + 1);
  }, []);

  return { open, session, lines, send, anew };
}

const said = (id: string, text: string) => JSON.stringify({ type: "say", client_id: id, text });

function lineOf(frame: Frame): ChatLine {
  return {
    id: String(frame["message_id"]),
    author: frame["author"] as ChatLine["author"],
    text: String(frame["text"]),
    at: String(frame["at"]),
    seq: Number(frame["seq"]),
    inReplyTo: String(frame["in_reply_to"] ?? ""),
  };
}

function both(frame: Frame): Text {
  const [text, todo] = [frame["text"], frame["todo"]] as [Text, Text];
  return { en: `${text.en} ${todo.en}`.trim(), zh: `${text.zh}${todo.zh}`.trim() };
}
