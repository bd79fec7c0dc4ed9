"""Telegram against a double that checks what Telegram checks; its library reads our bodies and the double's."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.contract import Harness, PlatformContract
from tests.worlds.channels.doubles.serving import Answer, Fault
from tests.worlds.channels.doubles.telegram_bot import SECRET, TOKEN, TelegramDouble, wrong

FARES = {
    "done": ("done", "/sendMessage"),
    "lost before": ("drop", "/sendMessage"),
    "lost after": ("lose", "/sendMessage"),
    "broken": ("answer", "/sendMessage", Answer(b"<html>Bad Gateway</html>", 502)),
    "busy": (
        "answer", "/sendMessage", wrong(429, "Too Many Requests: retry after 3", parameters={"retry_after": 3})
    ),
    "refused": ("answer", "/sendMessage", wrong(403, "Forbidden: bot was blocked by the user")),
}  # fmt: skip


class TelegramHarness(Harness):
    name = "telegram"

    def __init__(self) -> None:
        self.double = TelegramDouble()
        self.made: dict[int, WebRequest] = {}

    def options(self) -> dict[str, Any]:
        return {"kind": "telegram", "token": TOKEN, "secret": SECRET, "url": self.double.url, "timeout_s": 5}

    def webhook(self, text: str, n: int = 1) -> WebRequest:
        if n not in self.made:
            self.made[n] = self.double.post(self.double.update(text))
        return self.made[n]

    def forged(self, request: WebRequest) -> list[WebRequest]:
        header = "x-telegram-bot-api-secret-token"
        return [replace(request, headers={}), *(
            replace(request, headers={header: wrong}) for wrong in ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "é")
        )]  # fmt: skip

    def ignored(self) -> list[WebRequest]:
        message = self.double.update("我要退款")
        edited = {"update_id": 1, "edited_message": message["message"]}
        reaction = {"update_id": 2, "message_reaction": {"chat": {"id": 1, "type": "private"}}}
        group = self.double.update("大家好", chat=-100123, chat_type="supergroup")
        bot = self.double.update("我是机器人")
        bot["message"]["from"]["is_bot"] = True
        strange = {"update_id": 3, "message": {"message_id": "x"}}
        return [self.double.post(one) for one in (edited, reaction, group, bot, strange, {"update_id": 4, "new": []})]

    def signed(self, raw: bytes) -> WebRequest:
        return self.double.post(raw)

    def sent(self) -> list[str]:
        return self.double.sent

    def fares(self, *moods: str) -> None:
        self.double.faults.extend(Fault(*FARES[mood]) for mood in moods)

    def close(self) -> None:
        self.double.close()


class TestTelegram(PlatformContract):
    harness = TelegramHarness
