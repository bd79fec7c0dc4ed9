"""WhatsApp Business Platform (Cloud API): signed webhooks in, the Graph API out, a template when 24 hours are over."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from linkloop.core.action import Receipt
from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.worlds.channels.calling import Caller, Said, retry_after
from linkloop.worlds.channels.platform import (
    Item,
    NotSent,
    Part,
    Platform,
    PlatformSettings,
    WebAnswer,
    WebRequest,
    forged,
)
from linkloop.worlds.channels.settings import check_url
from linkloop.worlds.channels.whatsapp_messages import read_webhook

# "Cloud API error codes": asked too often (the account, the number, this pair), or down for a moment. Nothing was sent.
_LATER = {4: 60.0, 80007: 60.0, 130429: 5.0, 131056: 6.0, 133016: 60.0, 2: 5.0, 131016: 5.0}
# The token or the account, not the message: a person mends it, then what waited goes out.
_OURS = frozenset({0, 3, 10, 190, 368, 131005, 131031, 131042, *range(200, 300)})
_OUTSIDE_WINDOW = 131047
_PARAMETER_CHARS = 1024


class WhatsAppSettings(PlatformSettings, frozen=True, kw_only=True):
    """One phone number. `template` is an approved one that is sent once 24 hours have passed since the customer wrote;
    its only parameter is the text (`template_with_text`), or it has none and asks the customer to write again."""

    __secret__: ClassVar[tuple[str, ...]] = ("access_token", "app_secret", "verify_token")

    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str
    template: str = ""
    template_language: str = "en"
    template_with_text: bool = True
    api: str = "https://graph.facebook.com"
    version: str = "v23.0"
    timeout_s: float = 10.0
    patience_s: float = 20.0

    def __post_init__(self) -> None:
        for field in ("phone_number_id", *self.__secret__):
            if not getattr(self, field):
                raise ValueError(f"{field}: it is empty")
        if not (self.version.startswith("v") and self.version[1:].replace(".", "").isdigit()):
            raise ValueError("version: it is v and a number, as in v23.0")


class _Error(msgspec.Struct, frozen=True):
    code: int = -1
    message: str = ""


class _Sent(msgspec.Struct, frozen=True):
    id: str


class _Answer(msgspec.Struct, frozen=True):
    messages: list[_Sent] = []
    error: _Error | None = None


class WhatsApp(Platform):
    """One number. A message whose sending had no clear end is known again by the status that tells our own key back."""

    kind: ClassVar[str] = "whatsapp"
    limit: ClassVar[int] = 4096
    window: ClassVar[timedelta | None] = timedelta(hours=24)

    def __init__(self, name: str, settings: WhatsAppSettings) -> None:
        self.name = name
        self.settings = settings
        self._call = Caller(settings.api, settings.timeout_s, _wait)
        self.sends_late = bool(settings.template)

    def greet(self, request: WebRequest) -> WebAnswer:
        """The challenge of a subscription, given back to who knows our verify token."""
        asked = request.query
        token = asked.get("hub.verify_token", "")
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(
            token.encode(), self.settings.verify_token.encode()
        ):
            raise forged(self.name, "hub.verify_token")
        challenge = asked.get("hub.challenge", "")
        if not (challenge.isascii() and challenge.isalnum() and len(challenge) <= 100):
            raise Refused(
                "platform.challenge",
                Text(en="the challenge is not a number", zh="challenge 不是数字"),
                where="hub.challenge",
            )
        return WebAnswer(body=challenge.encode())

    def verify(self, request: WebRequest) -> None:
        """X-Hub-Signature-256: HMAC SHA-256 of the raw body with the app secret."""
        wanted = "sha256=" + hmac.new(self.settings.app_secret.encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("x-hub-signature-256", "").encode(), wanted.encode()):
            raise forged(self.name, "x-hub-signature-256")

    def read(self, request: WebRequest) -> list[Item]:
        """Every message and status of a batch that is about our number."""
        return read_webhook(self.name, request.body, self.settings.phone_number_id)

    def measure(self, text: str) -> int:
        """In UTF-16 units, which is never less than what the platform counts."""
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def send(self, part: Part) -> Receipt:
        """POST it; beyond the window as the template."""
        if not part.late:
            return self._post(part, {"type": "text", "text": {"body": part.text, "preview_url": False}})
        if part.number > 0:
            return Receipt(status="refused", detail="a template was sent; the rest waits until the customer writes")
        return self._post(part, {"type": "template", "template": self._template(part.text)})

    def look_up(self, part: Part) -> Receipt | None:
        """Statuses tell; while none came it is not known, and after `patience_s` a person decides."""
        if part.age_s < self.settings.patience_s:
            return Receipt(status="unknown", detail=f"{self.name}: no status of it has come yet")
        return Receipt(
            status="unknown",
            detail=f"{self.name}: no status of it came in {self.settings.patience_s:.0f} s:"
            " look into the chat, then retry or let it be",
            gives_up=True,
        )

    def close(self) -> None:
        """Let go of connections."""
        self._call.close()

    def _post(self, part: Part, content: dict[str, Any]) -> Receipt:
        # A customer who hides their number has a business-scoped user id instead (it has a dot).
        to = {"to": part.address} if part.address.isdigit() else {"recipient": part.address}
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **to,
            **content,
            "biz_opaque_callback_data": part.key,
        }
        said = self._call(
            "POST",
            f"/{self.settings.version}/{self.settings.phone_number_id}/messages",
            json=message,
            headers={"authorization": f"Bearer {self.settings.access_token}"},
        )
        return self._receipt(said)

    def _receipt(self, said: Said) -> Receipt:
        answer = _answer(said)
        if said.status == 200 and answer is not None and answer.messages:
            return Receipt(status="done", reference=answer.messages[0].id[:200])
        error = answer.error if answer is not None and answer.error is not None else _Error()
        code = error.code
        detail = f"{self.name}: HTTP {said.status}, error {code}: {error.message[:300]}"
        if code in _LATER:
            raise NotSent(detail, _wait(said))
        if code in _OURS:
            raise NotSent(f"{detail} — mend the token or the account; it is sent again then", 30.0)
        if code == _OUTSIDE_WINDOW:
            return Receipt(status="refused", detail=f"{detail} — 24 h have passed since the customer wrote")
        if code == -1 or said.status >= 500:
            return Receipt(status="unknown", detail=detail)
        return Receipt(status="refused", detail=detail)

    def _template(self, text: str) -> dict[str, Any]:
        template: dict[str, Any] = {
            "name": self.settings.template,
            "language": {"code": self.settings.template_language},
        }
        if self.settings.template_with_text:
            # A parameter has no line breaks, no tabs and no more than four spaces in a row.
            flat = " ".join(text.split())
            flat = flat if len(flat) <= _PARAMETER_CHARS else flat[: _PARAMETER_CHARS - 1] + "…"
            template["components"] = [{"type": "body", "parameters": [{"type": "text", "text": flat}]}]
        return template


def _answer(said: Said) -> _Answer | None:
    try:
        return msgspec.json.decode(said.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _wait(said: Said) -> float:
    """How long to wait: as the answer says, else as the kind of limit suggests."""
    answer = _answer(said)
    code = answer.error.code if answer is not None and answer.error is not None else -1
    return max(retry_after(said), _LATER.get(code, 30.0))


SETTINGS = WhatsAppSettings


def open_platform(name: str, settings: WhatsAppSettings, folder: Path) -> WhatsApp:
    """One number; nothing is connected yet. Raises LinkloopError `channels.settings`."""
    check_url(settings.api, False, f"channels.platforms.{name}.api")
    return WhatsApp(name, settings)
