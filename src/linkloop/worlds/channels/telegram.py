"""Telegram: the Bot API (core.telegram.org/bots/api), by webhook with a secret or by asking (getUpdates)."""

from __future__ import annotations

import hmac
import logging
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from linkloop.core.action import Receipt
from linkloop.worlds.channels.calling import LONGEST_WAIT_S, Caller, Said, retry_after
from linkloop.worlds.channels.platform import (
    Inbound,
    Item,
    NotSent,
    Part,
    Platform,
    PlatformSettings,
    WebRequest,
    forged,
    garbage,
)
from linkloop.worlds.channels.settings import check_url

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,100}\Z")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}\Z")
_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*\Z")
logger = logging.getLogger("linkloop.platforms")


class TelegramSettings(PlatformSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is the bot's (BotFather). With `mode = "webhook"` Telegram posts to us, showing `secret` each time; with
    "polling" we ask. Groups are answered only where their chat ids are in `groups`."""

    __secret__: ClassVar[tuple[str, ...]] = ("token", "secret")

    token: str
    mode: Literal["webhook", "polling"] = "webhook"
    secret: str = ""
    groups: tuple[int, ...] = ()
    url: str = "https://api.telegram.org"
    timeout_s: float = 10.0
    poll_s: int = 25

    def __post_init__(self) -> None:
        if not _TOKEN.match(self.token):
            raise ValueError("token: a bot's token looks like 123456:ABC-DEF")
        if self.mode == "webhook" and not _SECRET.match(self.secret):
            raise ValueError("secret: 16 to 256 letters, digits, '-' or '_', as given to setWebhook as secret_token")


class _User(msgspec.Struct, frozen=True):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""


class _Chat(msgspec.Struct, frozen=True):
    id: int
    type: str


class _Named(msgspec.Struct, frozen=True):
    file_name: str = ""
    emoji: str = ""


class _Contact(msgspec.Struct, frozen=True):
    phone_number: str = ""
    user_id: int = 0


class _Message(msgspec.Struct, frozen=True):
    message_id: int
    date: int
    chat: _Chat
    from_: _User | None = msgspec.field(default=None, name="from")
    text: str = ""
    caption: str = ""
    contact: _Contact | None = None
    photo: tuple[_Named, ...] = ()
    document: _Named | None = None
    video: _Named | None = None
    audio: _Named | None = None
    voice: _Named | None = None
    video_note: _Named | None = None
    animation: _Named | None = None
    sticker: _Named | None = None
    location: Any = None


class _Update(msgspec.Struct, frozen=True):
    update_id: int
    message: _Message | None = None


class _Answer(msgspec.Struct, frozen=True):
    ok: bool
    result: Any = None
    error_code: int = 0
    description: str = ""
    parameters: dict[str, Any] = {}


_MEDIA = ("photo", "document", "video", "audio", "voice", "video_note", "animation", "sticker")


class Telegram(Platform):
    """One bot. A chat has one message id after the other, so chat and message id name a message."""

    kind: ClassVar[str] = "telegram"
    limit: ClassVar[int] = 4096
    clock_s: ClassVar[float] = 20.0

    def __init__(self, name: str, settings: TelegramSettings) -> None:
        self.name = name
        self.settings = settings
        self.pulls = settings.mode == "polling"
        self._call = Caller(settings.url, settings.timeout_s, _wait, (settings.token,))

    # -- in
    def verify(self, request: WebRequest) -> None:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if self.pulls or not hmac.compare_digest(given.encode(), self.settings.secret.encode()):
            raise forged(self.name, "x-telegram-bot-api-secret-token")

    def read(self, request: WebRequest) -> list[Item]:
        try:
            update = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise garbage(self.name, str(error)) from error
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise garbage(self.name, "an update has an update_id")
        return list(self._messages([update]))

    def pull(self, cursor: str, stop: threading.Event) -> tuple[list[Item], str]:
        query = {
            "timeout": self.settings.poll_s,
            "allowed_updates": ["message"],
            **({"offset": int(cursor)} if cursor else {}),
        }
        patience = self.settings.poll_s + self.settings.timeout_s
        said = self._call("POST", self._path("getUpdates"), json=query, timeout_s=patience)
        answer = _answer(said)
        if answer is None or not answer.ok or not isinstance(answer.result, list):
            raise NotSent(f"getUpdates: {answer.description if answer else f'HTTP {said.status}'}")
        updates = [one for one in answer.result if isinstance(one, dict) and isinstance(one.get("update_id"), int)]
        following = max((one["update_id"] + 1 for one in updates), default=None)
        return list(self._messages(updates)), cursor if following is None else str(following)

    def _messages(self, updates: list[dict[str, Any]]) -> Iterator[Inbound]:
        for given in updates:
            try:
                message = msgspec.convert(given, _Update).message
                if message is None or message.from_ is None or message.from_.is_bot:
                    continue
                if message.chat.type == "private" or message.chat.id in self.settings.groups:
                    yield self._inbound(message, message.from_)
            except (msgspec.ValidationError, ValueError, OverflowError, OSError) as error:
                # What Telegram may send one day must not stop all that comes after it.
                logger.warning("%s: update %s is of an unknown form: %s", self.name, given["update_id"], error)

    def _inbound(self, message: _Message, sender: _User) -> Inbound:
        keys = [f"telegram:{sender.id}"]
        text = _START.sub(lambda found: _greeting(sender, found[1] or ""), message.text) or message.caption
        if message.contact and message.contact.user_id == sender.id and message.contact.phone_number:
            # Telegram itself vouches for a number that its owner shares by the button.
            digits = re.sub(r"\D", "", message.contact.phone_number)
            keys.append(f"phone:+{digits}")
        if message.location is not None:
            text = text or "[location]"
        return Inbound(
            message_id=f"{message.chat.id}.{message.message_id}",
            address=str(message.chat.id),
            at=datetime.fromtimestamp(message.date, UTC),
            text=text,
            media=tuple(_name(kind, one) for kind in _MEDIA if (one := getattr(message, kind))),
            name=" ".join(filter(None, (sender.first_name, sender.last_name))) or sender.username,
            language=sender.language_code,
            keys=tuple(keys),
            # In a group anybody may write: whose words they are is known, but the answer is read by all.
            proven=message.chat.type == "private",
        )

    # -- out
    def measure(self, text: str) -> int:
        """Telegram counts UTF-16 code units."""
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def send(self, part: Part) -> Receipt:
        body: dict[str, Any] = {"chat_id": int(part.address), "text": part.text}
        if part.number == 0 and (replied := part.in_reply_to.rpartition(".")[2]).isdigit():
            body["reply_parameters"] = {"message_id": int(replied), "allow_sending_without_reply": True}
        said = self._call("POST", self._path("sendMessage"), json=body)
        answer = _answer(said)
        if answer is not None and answer.ok and isinstance(answer.result, dict):
            return Receipt(status="done", reference=f"{part.address}.{answer.result.get('message_id', '')}")
        if answer is None or said.status >= 500:
            return Receipt(status="unknown", detail=f"HTTP {said.status}")
        if answer.error_code == 429:
            raise NotSent(answer.description, _wait(said))
        if answer.error_code in (401, 404):  # the token: what Telegram refuses to read is not sent
            raise NotSent(f"{answer.error_code} {answer.description}", 60.0)
        return Receipt(status="refused", detail=f"{answer.error_code} {answer.description}"[:300])

    def typing(self, address: str) -> None:
        self._call("POST", self._path("sendChatAction"), json={"chat_id": int(address), "action": "typing"})

    def close(self) -> None:
        self._call.close()

    def _path(self, method: str) -> str:
        return f"/bot{self.settings.token}/{method}"


def _answer(said: Said) -> _Answer | None:
    try:
        return msgspec.json.decode(said.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _wait(said: Said) -> float:
    """Telegram tells in the body how long to wait."""
    answer = _answer(said)
    asked = answer.parameters.get("retry_after") if answer else None
    return min(float(asked), LONGEST_WAIT_S) if isinstance(asked, int | float) else retry_after(said)


def _greeting(sender: _User, payload: str) -> str:
    """Whoever presses Start says hello, and what a link into the chat carries."""
    return f"{'你好' if sender.language_code.startswith('zh') else 'Hello'} {payload}".strip()


def _name(kind: str, media: Any) -> str:
    named = getattr(media, "file_name", "")
    return named or kind


SETTINGS = TelegramSettings


def open_platform(name: str, settings: TelegramSettings, folder: Path) -> Telegram:
    """A bot. Raises LinkloopError `channels.settings`."""
    check_url(settings.url, False, f"channels.platforms.{name}.url")
    return Telegram(name, settings)
