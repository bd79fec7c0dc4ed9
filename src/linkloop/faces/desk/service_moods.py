"""Moods of a conversation: how the customer felt at each of their messages, as the kept rows of it tell."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.understanding import Mood
from linkloop.faces.desk.service_holding import unknown
from linkloop.store.schema import log

MOST = 60


class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """How the customer felt at one message; `intensity` 0 to 1."""

    at: datetime
    mood: Mood
    intensity: float


def moods(shop: Shop, conversation_id: str) -> list[Felt]:
    """One entry for each message of the customer, oldest first, the latest MOST; those of the conversations that this
    one continues come first. Raises NotFound `conversation.unknown`."""
    found: list[Felt] = []
    here, seen = conversation_id, set[str]()
    with shop.store.read() as connection:
        while here and here not in seen and len(found) < MOST:
            seen.add(here)
            rows = _versions(connection, here)
            if not rows and here == conversation_id:
                raise unknown(conversation_id)
            found = _felt(rows) + found
            here = rows[-1].continues if rows else ""
    return found[-MOST:]


def _versions(connection: sa.Connection, conversation_id: str) -> list[Conversation]:
    query = (
        sa.select(log.c.body)
        .where(log.c.kind == "conversations", log.c.key == conversation_id, log.c.is_event == 0)
        .order_by(log.c.offset)
    )
    return [msgspec.json.decode(body, type=Conversation) for body in connection.execute(query).scalars()]


def _felt(rows: list[Conversation]) -> list[Felt]:
    """A new message is a version in which the customer wrote later than in the one before."""
    found: list[Felt] = []
    before = None
    for row in rows:
        if row.last_customer_at is not None and row.last_customer_at != before:
            found.append(Felt(at=row.last_customer_at, mood=row.mood, intensity=row.intensity))
            before = row.last_customer_at
    return found
