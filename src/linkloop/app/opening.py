"""Opening: what a world knows from before the shop opened is taken in once, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import sqlalchemy as sa

from linkloop.core.table import Table
from linkloop.core.world import World
from linkloop.store.columns import OFFSET, to_arrow
from linkloop.store.lake import Lake
from linkloop.store.schema import inbox
from linkloop.store.store import Store

if TYPE_CHECKING:
    import polars as pl

OPENING = "opening"


@runtime_checkable
class HasPast(Protocol):
    """A World that can tell rows of fact from before the opening: the same rows at every call."""

    def past(self) -> Mapping[type[Table], list[Table]]: ...


def take_in_past(store: Store, lake: Lake, worlds: Iterable[World]) -> int:
    """Load the past of every world that has one and has not told it yet; gives the number of rows."""
    rows = 0
    for world in worlds:
        source = f"{world.name}:past"
        if not isinstance(world, HasPast) or _told(store, source):
            continue
        from linkloop.store.bulk import load  # with polars: most of a second that only the first start pays

        frames = {kind: _frame(kind, past) for kind, past in world.past().items() if past}
        rows += sum(load(store.engine, lake, source, OPENING, frames).rows.values())
    return rows


def _told(store: Store, source: str) -> bool:
    query = sa.select(inbox.c.first).where(inbox.c.source == source, inbox.c.external_id == OPENING)
    with store.read() as connection:
        return connection.execute(query).first() is not None


def _frame(kind: type[Table], rows: list[Table]) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(to_arrow(kind, [(0, row) for row in rows]))
    assert isinstance(frame, pl.DataFrame)
    return frame.drop(OFFSET)
