"""The port of a chat platform: what one file must know how to do; receiving and sending exactly once is done around it.

How to add a platform
---------------------
One file `worlds/channels/KIND.py` (or a small folder), its kind in `kinds.KINDS`, and `quality/KIND.toml` (see
claims.py). It has:

* `SETTINGS`: a subclass of PlatformSettings (a frozen msgspec Struct) with what a person sets under
  `[channels.platforms.NAME] kind = "KIND"`. `__secret__` names the fields that are never shown or logged. Any text may
  be `env:VARIABLE`. Check values in `__post_init__` by raising ValueError("field: what is wrong").
* `open_platform(name, settings, folder) -> Platform`. Open no connection there.

In, by webhook (`GET|POST /hooks/platforms/NAME`, see taking.py), in this order:

1. the body is at most `body_bytes` long, else it is refused unread;
2. GET: `greet(request)` answers the platform's challenge;
3. POST: `verify(request)` on the raw body before anything is parsed; raise `forged(where)` where it does not hold;
4. `read(request)` gives Inbound messages and Outcomes. Ignore (leave out) edits, deletes, reads, echoes of what we
   said and every kind that you do not know; raise `garbage(name, reason)` only for what is not the platform's format at
   all. It may ask the platform (WeCom's sync_msg); raise there on failure: the platform sends its webhook again;
5. all of it is accepted by the log, durably, once per (`channel:NAME`, `message_id`): a resend, a late copy or five
   copies at once change nothing. Then, and only then, `answer(request)` is sent, within `clock_s` (else 503).

In, by asking (`pulls = True`): a thread of the world calls `pull(cursor, stop)` again and again; what it gives is
accepted and then the new cursor is kept. A failure waits with backoff and asks from the old cursor. `stop` is an event
that says that the shop closes; `close()` must make a waiting `pull` return or raise.

Out (see sending.py): a Reply whose `channel` is NAME is split by `limit` and `measure` into parts; before each part is
sent the memory keeps, on disk, that it was begun. `send(part)` gives a Receipt: done (with the platform's own message
id as `reference`), refused (the platform said no for good: `detail` says why), or unknown. Raise NotSent where it is
certain that nothing was sent (no connection, 429 with its Retry-After): it is sent again later. Everything else that is
raised counts as unknown. A part of which it is unknown is never sent again before `look_up(part)` has answered: done,
refused, None (certainly not there: it is sent again), or unknown. The default cannot ask, and hands it to a person.
`part.key` is the same for the same part for ever: give it to a platform that takes an idempotency key, or that tells it
back later (return an Outcome with it from `read`). calling.Caller makes the HTTP requests.

`window` is how long after the customer's last message a free text may still be sent (None: without end); a Reply after
that is refused and says so, unless the platform `sends_late`: then it gets the parts with `late` set, and sends what is
still let through (WhatsApp's templates) or refuses. `heard_at` of a part is when that last message came, `context` what
the last Inbound left.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import msgspec

from linkloop.core.action import Receipt
from linkloop.core.errors import LinkloopError, NotFound, Refused
from linkloop.core.text import Text

MASK = "***"


class PlatformSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every platform's settings have. `__secret__` names the fields that nobody is shown."""

    __secret__: ClassVar[tuple[str, ...]] = ()

    kind: str

    def shown(self) -> dict[str, Any]:
        """Every field, secrets as being there."""
        return {
            name: MASK if name in self.__secret__ and value else value
            for name, value in msgspec.to_builtins(self).items()
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shown()})"


class WebRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as it came: header names in lower case, the body untouched."""

    method: str = "POST"
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: bytes = b""


class WebAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform expects as the response."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a customer.

    `message_id` is the platform's own, unique on this channel; `address` is what a reply is sent to; `who` names the
    contact where the address alone does not (a mail that only claims to come from there); `thread` tells conversations
    with one contact apart (empty: there is one). `media` names what came beside the text; `keys` and `proven` are as
    in commerce.contacts.Contact. `context` is whatever `send` will need, kept with the conversation.
    """

    message_id: str
    address: str
    who: str = ""
    at: datetime
    text: str = ""
    media: tuple[str, ...] = ()
    name: str = ""
    language: str = ""
    keys: tuple[str, ...] = ()
    proven: bool = False
    thread: str = ""
    context: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform tells by itself of a part that we sent, by the part's key or by its own reference. `state` is
    how far it came ("sent", "delivered", "read", "failed") and is kept even for a part that is known to be sent."""

    receipt: Receipt
    key: str = ""
    reference: str = ""
    state: str = ""


class Ours(msgspec.Struct, frozen=True, kw_only=True):
    """A person of ours took a conversation over in the platform's own client, and wrote `text` there (empty: not yet).

    The shop hears ConversationTaken by `by`, so that its bot keeps silent.
    """

    message_id: str
    address: str
    at: datetime
    by: str
    text: str = ""
    thread: str = ""


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """A person of ours is done with a conversation in the platform's own client: ConversationHandedBack."""

    message_id: str
    address: str
    at: datetime
    by: str
    thread: str = ""


Item = Inbound | Outcome | Ours | Released


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One text to send. `number` counts from 0; `in_reply_to` is the platform's id of the customer's message; `age_s`
    is how long ago its sending was begun, where it is looked up."""

    key: str
    address: str
    text: str
    number: int = 0
    of: int = 1
    in_reply_to: str = ""
    conversation_id: str = ""
    context: str = ""
    heard_at: datetime | None = None
    author: Literal["bot", "person"] = "bot"
    age_s: float = 0.0
    late: bool = False
    wants_person: bool = False


class NotSent(Exception):
    """Nothing was sent, for certain; it may be tried again in `wait_s` seconds."""

    def __init__(self, detail: str, wait_s: float = 0.0) -> None:
        super().__init__(detail)
        self.wait_s = wait_s


class Platform(ABC):
    """One account on one platform. Called from several threads at once."""

    kind: ClassVar[str]
    name: str
    settings: Any  # of the kind's own class, a PlatformSettings
    pulls: bool = False
    body_bytes: ClassVar[int] = 1 << 20
    clock_s: ClassVar[float] = 10.0
    limit: ClassVar[int] = 4000
    window: ClassVar[timedelta | None] = None
    sends_late: bool = False
    waits: bool = False  # a webhook waits: `read` asks the platform, or `answer` for what the shop says

    def greet(self, request: WebRequest) -> WebAnswer:
        """The answer to a GET challenge, checked as the platform says."""
        raise NotFound(
            "platform.method",
            Text(en=f"{self.name} asks for nothing by GET", zh=f"{self.name} 不接收 GET 请求"),
            where=self.name,
        )

    @abstractmethod
    def verify(self, request: WebRequest) -> None:
        """Raises Refused `platform.signature` unless the platform itself sent this body."""

    @abstractmethod
    def read(self, request: WebRequest) -> list[Item]:
        """What a verified body says. Raises LinkloopError `platform.garbage` for what is not the platform's format."""

    def answer(self, request: WebRequest) -> WebAnswer:
        """What the platform wants to hear once the log has it all."""
        return WebAnswer()

    def pull(self, cursor: str, stop: threading.Event) -> tuple[list[Item], str]:
        """What is new since `cursor` (empty: the first time), waiting a while for it, and the next cursor."""
        raise NotImplementedError

    def measure(self, text: str) -> int:
        """The length of a text as the platform counts it against `limit`."""
        return len(text)

    @abstractmethod
    def send(self, part: Part) -> Receipt:
        """Send a part. Raises NotSent where it is certain that nothing was sent."""

    def look_up(self, part: Part) -> Receipt | None:
        """What became of a part whose sending had no clear end; None: it is certainly not there."""
        return Receipt(
            status="unknown",
            detail=f"{self.name} cannot be asked whether it was sent: look into the chat, then retry or let it be",
            gives_up=True,
        )

    def typing(self, address: str) -> None:  # noqa: B027  (most platforms have nothing to do here)
        """Show that an answer is on its way, if the platform can; failures do not matter."""

    def close(self) -> None:  # noqa: B027
        """Let go of connections; a `pull` that waits comes back."""


def forged(name: str, where: str) -> Refused:
    """The error of a request that is not rightly signed."""
    return Refused(
        "platform.signature",
        Text(en=f"this request does not come from {name}'s platform", zh=f"该请求并非来自 {name} 所属平台"),
        Text(en="Check the secret in linkloop.toml.", zh="请检查 linkloop.toml 中的密钥。"),
        where,
    )


def garbage(name: str, reason: str) -> LinkloopError:
    """The error of a body that is not in the platform's format."""
    return LinkloopError(
        "platform.garbage",
        Text(en=f"{name} cannot read this: {reason[:200]}", zh=f"{name} 无法识别：{reason[:200]}"),
        Text(en="Send what the platform documents.", zh="请按平台文档的格式发送。"),
        "body",
    )


def from_environment(given: Any, where: str = "") -> Any:
    """Settings with each text `env:NAME` replaced by that variable. Raises ValueError that names the field."""
    if isinstance(given, Mapping):
        return {name: from_environment(one, f"{where}.{name}".lstrip(".")) for name, one in given.items()}
    if isinstance(given, list | tuple):
        return [from_environment(one, where) for one in given]
    if not isinstance(given, str) or not given.startswith("env:"):
        return given
    variable = given.removeprefix("env:")
    if variable not in os.environ:
        raise ValueError(f"{where}: the variable {variable} is not set")
    return os.environ[variable]
