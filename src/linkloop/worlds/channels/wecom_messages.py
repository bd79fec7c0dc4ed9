"""What sync_msg tells: customers' messages, what people of ours wrote in WeCom, and what happened to a session."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from linkloop.core.action import Receipt
from linkloop.worlds.channels.platform import Inbound, Item, Ours, Outcome, Released, garbage
from linkloop.worlds.channels.wecom_customers import Customer

CUSTOMER, SYSTEM, SERVICER = 3, 4, 5
_MEDIA = ("image", "voice", "video", "file")
# A welcome code works for 20 seconds.
_WELCOME_S = 20
_FAILED = {
    1: "the customer-service account is gone",
    2: "customer service was switched off",
    4: "the session has ended",
    5: "48 h have passed since the customer wrote",
    6: "five messages were sent since the customer wrote",
    7: "the customer has blocked us",
    10: "the customer refuses",
}
logger = logging.getLogger("linkloop.platforms")


class Entry(msgspec.Struct, frozen=True):
    """One entry; what it says is under the name of its type, in `body`."""

    msgid: str
    send_time: int
    origin: int
    msgtype: str
    open_kfid: str = ""
    external_userid: str = ""
    servicer_userid: str = ""
    body: dict[str, Any] = {}

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.send_time, UTC)


class Page(msgspec.Struct, frozen=True):
    """One answer of sync_msg."""

    msg_list: list[Entry]
    next_cursor: str = ""
    has_more: bool = False

    @staticmethod
    def of(name: str, answer: Mapping[str, Any]) -> Page:
        """Raises LinkloopError `platform.garbage` where it is no page; an entry of an unknown form is left out."""
        given = answer.get("msg_list", [])
        if not isinstance(given, list) or not isinstance(answer.get("next_cursor", ""), str):
            raise garbage(name, "sync_msg gave no list")
        entries = []
        for one in given:
            try:
                body = one.get(one.get("msgtype")) if isinstance(one, dict) else None
                plain = {**one, "body": body if isinstance(body, dict) else {}}
                entries.append(msgspec.convert(plain, Entry))
            except (msgspec.ValidationError, TypeError) as error:
                logger.warning("%s: a message of an unknown form was left out: %s", name, error)
        return Page(entries, answer.get("next_cursor", ""), bool(answer.get("has_more")))

    def welcome_codes(self, now_s: float) -> list[str]:
        """Codes of chats that were opened just now."""
        return [
            str(entry.body["welcome_code"])
            for entry in self.msg_list
            if entry.body.get("event_type") == "enter_session"
            and entry.body.get("welcome_code")
            and now_s - entry.send_time <= _WELCOME_S
        ]


def read_page(name: str, page: Page, open_kfid: str, known: Mapping[str, Customer], since: float = 0.0) -> list[Item]:
    """All of a page that is about this account and happened after `since` (seconds since 1970)."""
    found: list[Item] = []
    for entry in page.msg_list:
        if entry.send_time < since or (entry.open_kfid or entry.body.get("open_kfid", open_kfid)) != open_kfid:
            continue
        if entry.origin == CUSTOMER and entry.external_userid:
            found.append(_inbound(entry, known.get(entry.external_userid)))
        elif entry.origin == SERVICER and entry.external_userid:
            text, media = _content(entry)
            words = "\n".join(filter(None, (text, *(f"📎 {one}" for one in media))))
            found.append(
                Ours(
                    message_id=entry.msgid,
                    address=entry.external_userid,
                    at=entry.at,
                    text=words,
                    by=entry.servicer_userid or name,
                )
            )
        elif entry.origin == SYSTEM:
            found += _happened(name, entry)
    return found


def _inbound(entry: Entry, customer: Customer | None) -> Inbound:
    text, media = _content(entry)
    union = customer.unionid if customer else ""
    return Inbound(
        message_id=entry.msgid,
        address=entry.external_userid,
        at=entry.at,
        text=text,
        media=media,
        name=customer.nickname if customer else "",
        keys=(f"wecom:{entry.external_userid}", *((f"unionid:{union}",) if union else ())),
        proven=True,
    )


def _happened(name: str, entry: Entry) -> list[Item]:
    """A message of ours that did not arrive; a person who took a session, or gave it up."""
    event = entry.body
    kind, user = event.get("event_type"), str(event.get("external_userid", ""))
    if kind == "msg_send_fail":
        why = _FAILED.get(event.get("fail_type", 0), f"fail_type {event.get('fail_type')}")
        msgid = str(event.get("fail_msgid", ""))
        receipt = Receipt(status="refused", reference=msgid, detail=f"{name}: {why}")
        return [Outcome(receipt=receipt, reference=msgid, state="failed")]
    if kind == "session_status_change" and user:
        change, by = event.get("change_type"), str(event.get("new_servicer_userid", ""))
        if change in (1, 2) and by:  # from the pool to a person, or from one person to another
            return [Ours(message_id=entry.msgid, address=user, at=entry.at, by=by)]
        if change == 3:
            by = str(event.get("old_servicer_userid", ""))
            return [Released(message_id=entry.msgid, address=user, at=entry.at, by=by)] if by else []
    return []


def _content(entry: Entry) -> tuple[str, tuple[str, ...]]:
    body = entry.body
    if entry.msgtype == "text":
        return _str(body.get("content")), ()
    if entry.msgtype == "location":
        place = ", ".join(filter(None, (_str(body.get("name")), _str(body.get("address")))))
        return f"📍 {place} ({body.get('latitude')}, {body.get('longitude')})".replace("  ", " "), ()
    if entry.msgtype == "link":
        return "\n".join(filter(None, (_str(body.get("title")), _str(body.get("url"))))), ()
    if entry.msgtype == "channels_shop_order":
        order = ", ".join(filter(None, (_str(body.get("order_id")), _str(body.get("product_titles")))))
        return f"🧾 {order}", ()
    if entry.msgtype == "channels_shop_product":
        return f"🛍 {_str(body.get('title'))}", ()
    if entry.msgtype in _MEDIA:
        return "", (_str(body.get("filename")) or entry.msgtype,)
    return "", (_str(body.get("title")) or entry.msgtype,)


def _str(given: Any) -> str:
    return given if isinstance(given, str) else ""
