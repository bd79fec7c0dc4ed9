"""What WhatsApp's webhooks say: messages of every kind, and statuses of what we sent."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

from linkloop.core.action import Receipt
from linkloop.worlds.channels.platform import Inbound, Item, Outcome, garbage

_MEDIA = ("image", "video", "audio", "document", "sticker", "voice")
# About another message, or about the account: nobody wrote.
_NO_MESSAGE = frozenset({"reaction", "system", "edit", "revoke", "request_welcome", "ephemeral"})
_DONE = frozenset({"sent", "delivered", "read", "played"})
logger = logging.getLogger("linkloop.platforms")


class _Change(msgspec.Struct, frozen=True):
    value: dict[str, Any] = {}
    field: str = ""


class _Entry(msgspec.Struct, frozen=True):
    changes: list[_Change] = []


class _Webhook(msgspec.Struct, frozen=True):
    object: str
    entry: list[_Entry] = []


class _Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """One message; what it says is under the name of its type. `from_user_id` stands where a number is hidden."""

    id: str
    timestamp: str
    type: str
    sender: str = ""
    from_user_id: str = ""


class _Profile(msgspec.Struct, frozen=True):
    name: str = ""


class _Contact(msgspec.Struct, frozen=True):
    wa_id: str | None = None
    user_id: str | None = None
    profile: _Profile = _Profile()


class _Status(msgspec.Struct, frozen=True):
    id: str
    status: str
    biz_opaque_callback_data: str = ""
    errors: list[dict[str, Any]] = []


def read_webhook(name: str, raw: bytes, phone_number_id: str) -> list[Item]:
    """All of a batch that is about our number. Raises LinkloopError `platform.garbage`."""
    try:
        webhook = msgspec.json.decode(raw, type=_Webhook)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise garbage(name, str(error)) from error
    if webhook.object != "whatsapp_business_account":
        raise garbage(name, f"object is {webhook.object[:50]!r}")
    found: list[Item] = []
    for change in (change for entry in webhook.entry for change in entry.changes):
        metadata = change.value.get("metadata")
        about = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
        if change.field == "messages" and about == phone_number_id:
            found += _messages(name, change.value)
            found += _statuses(name, change.value)
    return found


def _messages(name: str, value: dict[str, Any]) -> list[Inbound]:
    contacts = _each(name, value.get("contacts"), _Contact)
    found = []
    for raw in _list(value.get("messages")):
        for message in _each(name, [raw], _Message):
            if message.type not in _NO_MESSAGE and (inbound := _inbound(message, raw, contacts)) is not None:
                found.append(inbound)
    return found


def _inbound(message: _Message, raw: dict[str, Any], contacts: list[_Contact]) -> Inbound | None:
    number, user = message.sender, message.from_user_id
    known = next((c for c in contacts if c.wa_id and c.wa_id == number), None) or next(
        (c for c in contacts if c.user_id and c.user_id in (user, number)), None
    )
    user = user or (known.user_id or "" if known else "")
    if not number.isdigit():
        number, user = "", user or number
    address = number or user
    if not address:
        return None
    text, media = _content(message.type, raw.get(message.type))
    keys = ((f"phone:+{number}",) if number else ()) + ((f"whatsapp:{user}",) if user else ())
    return Inbound(
        message_id=message.id,
        address=address,
        at=_moment(message.timestamp),
        text=text,
        media=media,
        name=known.profile.name if known else "",
        keys=keys,
        proven=True,
    )


def _content(kind: str, body: Any) -> tuple[str, tuple[str, ...]]:
    """The text of a message of a kind, and the names of what came beside it."""
    body = body if isinstance(body, dict) else {}
    if kind == "text":
        return _str(body.get("body")), ()
    if kind == "button":
        return _str(body.get("text")) or _str(body.get("payload")), ()
    if kind == "interactive":
        return _interactive(body), ()
    if kind == "location":
        place = ", ".join(filter(None, (_str(body.get("name")), _str(body.get("address")))))
        return f"📍 {place} ({body.get('latitude')}, {body.get('longitude')})".replace("  ", " "), ()
    if kind in _MEDIA:
        named = _str(body.get("filename")) or " ".join(filter(None, (kind, _str(body.get("mime_type")))))
        return _str(body.get("caption")), (named,)
    return "", (kind,)


def _interactive(body: dict[str, Any]) -> str:
    for kind in ("button_reply", "list_reply"):
        chosen = body.get(kind)
        if isinstance(chosen, dict):
            return _str(chosen.get("title")) or _str(chosen.get("id"))
    form = body.get("nfm_reply")
    return _str(form.get("body")) if isinstance(form, dict) else ""


def _statuses(name: str, value: dict[str, Any]) -> list[Outcome]:
    found = []
    for status in _each(name, value.get("statuses"), _Status):
        if status.status in _DONE:
            receipt = Receipt(status="done", reference=status.id)
        elif status.status == "failed":
            why = status.errors[0] if status.errors else {}
            data = why.get("error_data")
            details = _str(data.get("details")) if isinstance(data, dict) else ""
            words = f"error {why.get('code', '?')}: {_str(why.get('title'))} {details}".strip()
            receipt = Receipt(status="refused", reference=status.id, detail=f"{name}: {words}"[:400])
        else:
            continue
        found.append(
            Outcome(receipt=receipt, key=status.biz_opaque_callback_data, reference=status.id, state=status.status)
        )
    return found


def _each(name: str, given: Any, kind: type[Any]) -> list[Any]:
    """Each of a list that can be read; one that cannot keeps no other from being heard."""
    found = []
    for one in _list(given):
        try:
            found.append(msgspec.convert(one, kind, strict=False))
        except msgspec.ValidationError as error:
            logger.warning("%s: a %s cannot be read: %s", name, kind.__name__.strip("_").lower(), error)
    return found


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _str(given: Any) -> str:
    return given if isinstance(given, str) else ""


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
