"""Visiting: who sits before a web chat, and what the shop hears when they write."""

from __future__ import annotations

import re

import msgspec

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Message, MessageReceived
from linkloop.core.table import Table
from linkloop.worlds.channels.frames import Line

CHANNEL = "webchat"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of one visitor. `customer_id` is empty unless the shop's own backend signed who it is."""

    id: str
    token: str
    customer_id: str = ""
    language: str = ""


def language_of(said: str) -> str:
    """A language tag (BCP 47) as a browser tells it, or an empty string."""
    return said if _LANGUAGE.match(said) else ""


def said_by(session: Session, line: Line, text: str, media: tuple[str, ...]) -> tuple[Table, ...]:
    """The visitor as a contact, the message as a row, and that it came. `text` is what was written, without files."""
    contact_id = f"{CHANNEL}:{session.id}"
    contact = Contact(
        contact_id=contact_id,
        channel=CHANNEL,
        address=session.id,
        language=session.language,
        proven=bool(session.customer_id),
        sole=True,  # a conversation opens with its own token alone
        seen_at=line.at,
    )
    message = Message(
        message_id=line.message_id,
        conversation_id=session.id,
        customer_id=session.customer_id,
        author="customer",
        channel=CHANNEL,
        text=line.text,
        sent_at=line.at,
    )
    received = MessageReceived(
        at=line.at,
        message_id=line.message_id,
        conversation_id=session.id,
        customer_id=session.customer_id,
        channel=CHANNEL,
        text=text,
        contact_id=contact_id,
        media=media,
    )
    return contact, message, received
