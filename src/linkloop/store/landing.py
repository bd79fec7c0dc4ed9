"""Landing: how far the log has come into the lake, for the lander that moves it and the SQL that reads across it."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from linkloop.store.schema import cursors

LAKE = "lake"
"""The lander's consumer in `cursors`. A kind that is held back has one of its own, `lake:<kind>`."""


class Positions(msgspec.Struct, frozen=True):
    """Every log row up to `done` is in the lake, except rows of the kinds in `held` that come after their offset."""

    done: int
    held: dict[str, int]

    def of(self, kind: str) -> int:
        """The offset up to which rows of this kind need not be looked for in the log."""
        return self.held.get(kind, self.done)


def positions(connection: sa.Connection) -> Positions:
    """Where the lander stands, as of the connection's snapshot."""
    query = sa.select(cursors.c.consumer, cursors.c.offset).where(
        sa.or_(cursors.c.consumer == LAKE, cursors.c.consumer.like(f"{LAKE}:%"))
    )
    found = {row.consumer: row.offset for row in connection.execute(query)}
    done = found.pop(LAKE, 0)
    return Positions(done, {consumer.removeprefix(f"{LAKE}:"): offset for consumer, offset in found.items()})


def place(connection: sa.Connection, kind: str, offset: int | None) -> None:
    """Set the cursor of the lander (`kind` empty) or of a kind that is held back; None takes it away."""
    consumer = f"{LAKE}:{kind}" if kind else LAKE
    connection.execute(sa.delete(cursors).where(cursors.c.consumer == consumer))
    if offset is not None:
        connection.execute(sa.insert(cursors).values(consumer=consumer, offset=offset))
