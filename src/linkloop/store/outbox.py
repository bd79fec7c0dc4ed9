"""The outbox: effects that were decided, until the world has answered for each."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from linkloop.store.schema import outbox
from linkloop.store.writes import Writes

OPEN = ("waiting", "sending", "unclear")
WITHDRAWN = "withdrawn"  # as the holder of an unclear effect: it is looked up, and never sent again


class Effect(NamedTuple):
    """One row of the outbox, fields in column order. Times are real microseconds since 1970."""

    effect_key: str
    decision_id: str
    case_id: str
    action_kind: str
    about: str
    body: bytes
    status: str
    seq: int
    attempt: int = 0
    due: int = 0
    lease: int = 0
    holder: str = ""
    reference: str = ""
    problem: str = ""


def find(writes: Writes, effect_key: str) -> Effect | None:
    """The effect with this key, as the current transaction sees it."""
    if effect_key in writes.outbox:
        return Effect(*writes.outbox[effect_key])
    row = writes.sent(effect_key)
    return Effect(*row) if row else None


def put(writes: Writes, effect: Effect) -> None:
    """Insert or replace an effect at commit."""
    writes.outbox[effect.effect_key] = tuple(effect)


def due(connection: sa.Connection, now: int, kinds: Collection[str], limit: int = 256) -> list[Effect]:
    """Effects of some action kinds that may be sent or reconciled now, in the order in which they were decided; leased
    ones are left out. What waits for a world that is not here must not stand in the way of the rest."""
    query = (
        sa.select(outbox)
        .where(
            outbox.c.status.in_(OPEN),
            outbox.c.due <= now,
            outbox.c.lease <= now,
            outbox.c.action_kind.in_(sorted(kinds)),
        )
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    return [Effect(*row) for row in connection.execute(query)]


def orphans(connection: sa.Connection, holder: str) -> list[Effect]:
    """Effects that a sender which is no longer alive was holding."""
    query = sa.select(outbox).where(outbox.c.status == "sending", outbox.c.holder != holder).order_by(outbox.c.seq)
    return [Effect(*row) for row in connection.execute(query)]


def about(connection: sa.Connection, key: str, action_kind: str) -> list[Effect]:
    """Every effect of one kind about one key, as earlier transactions left them, in the order of deciding."""
    query = sa.select(outbox).where(outbox.c.about == key, outbox.c.action_kind == action_kind)
    return [Effect(*row) for row in connection.execute(query.order_by(outbox.c.seq))]
