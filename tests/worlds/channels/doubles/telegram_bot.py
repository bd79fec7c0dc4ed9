"""Telegram's Bot API as far as we use it, over HTTP, checking what Telegram checks (core.telegram.org/bots/api)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.doubles.serving import Answer, Double, Request

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcE"
SECRET = "hook-secret_0123456789"
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}


class TelegramDouble(Double):
    """One bot. Chats are those that wrote first: a bot cannot begin a conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.chats: dict[int, list[dict[str, Any]]] = {}
        self.updates: list[dict[str, Any]] = []
        self.webhook = False
        self.mistakes: list[str] = []
        self._next = 100

    @property
    def sent(self) -> list[str]:
        """The texts that the bot wrote, in order."""
        return [m["text"] for m in sorted((m for chat in self.chats.values() for m in chat), key=lambda m: m["n"])]

    def update(self, text: str, *, chat: int = 4711, **message: Any) -> dict[str, Any]:
        """A new update: a private message of a person, unless `message` says otherwise."""
        with self.guard:
            self._next += 1
            self.chats.setdefault(chat, [])
            kind = message.pop("chat_type", "private")
            fields = {
                "message_id": self._next,
                "date": int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()) + self._next,
                "chat": {"id": chat, "type": kind, "first_name": "安妮"}
                | ({"title": "群"} if kind != "private" else {}),
                "from": {"id": abs(chat), "is_bot": False, "first_name": "安妮", "language_code": "zh-hans"},
                **({"text": text} if text else {}),
                **message,
            }
            one = {"update_id": 900_000 + self._next, "message": fields}
            self.updates.append(one)
            return one

    def post(self, update: Any) -> WebRequest:
        """An update as Telegram posts it."""
        raw = update if isinstance(update, bytes) else json.dumps(update, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}
        return WebRequest(headers=headers, body=raw)

    def handle(self, request: Request) -> Answer:
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if not found or not re.fullmatch(r"\d+:[\w-]+", found[1]):
            return wrong(404, "Not Found")
        if found[1] != TOKEN:
            return wrong(401, "Unauthorized")
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return wrong(400, "Bad Request: unsupported content type")
        method = getattr(self, f"_{found[2]}", None)
        return method(request.json()) if method else wrong(404, "Not Found")

    def _sendMessage(self, body: dict[str, Any]) -> Answer:
        text = body.get("text", "")
        if body.get("chat_id") not in self.chats:
            return wrong(400, "Bad Request: chat not found")
        if not text.strip():
            return wrong(400, "Bad Request: message text is empty")
        if body.get("parse_mode") == "HTML":
            try:
                text = _entities(text)
            except ValueError as error:
                return wrong(400, f"Bad Request: can't parse entities: {error}")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return wrong(400, "Bad Request: message is too long")
        self._next += 1
        message = {"message_id": self._next, "text": text, "n": self._next, "to": body["chat_id"]}
        message["reply_to"] = body.get("reply_parameters", {}).get("message_id")
        self.chats[body["chat_id"]].append(message)
        chat = {"id": body["chat_id"], "type": "private"}
        return _good({"message_id": self._next, "date": 1772424000, "chat": chat, "text": text})

    def _sendChatAction(self, body: dict[str, Any]) -> Answer:
        return _good(True) if body.get("action") == "typing" else wrong(400, "Bad Request: wrong parameter action")

    def _getUpdates(self, body: dict[str, Any]) -> Answer:
        if self.webhook:
            return wrong(409, "Conflict: can't use getUpdates method while webhook is active")
        if body.get("allowed_updates") != ["message"]:
            self.mistakes.append("asks for updates that it does not read")
        offset = body.get("offset", 0)
        # What is asked for with an offset is confirmed up to there, and forgotten.
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        return _good(self.updates[:100])


def _good(result: Any) -> Answer:
    return Answer({"ok": True, "result": result})


def wrong(code: int, description: str, **more: Any) -> Answer:
    return Answer({"ok": False, "error_code": code, "description": description, **more}, code)


def _entities(text: str) -> str:
    plain: list[str] = []
    open_: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in _TAGS:
                raise ValueError(f'unsupported start tag "{tag}"')
            open_.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if not open_ or open_.pop() != tag:
                raise ValueError(f'unexpected end tag "{tag}"')

        def handle_data(self, data: str) -> None:
            plain.append(data)

    parser = Parser()
    parser.feed(text)
    parser.close()
    if open_:
        raise ValueError(f'can\'t find end tag corresponding to start tag "{open_[-1]}"')
    return "".join(plain)
