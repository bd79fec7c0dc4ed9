"""Opening: what a world knows from before the shop opened is taken in once, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

import polars as pl

from linkloop.core.table import Table
from linkloop.core.world import World
from linkloop.store.bulk import imported, load
from linkloop.store.columns import OFFSET, to_arrow
from linkloop.store.lake import Lake
from linkloop.store.store import Store


@runtime_checkable
class HasPast(Protocol):
    """A World that can tell rows of fact from before the opening: the same rows at every call."""

    def past(self) -> Mapping[type[Table], list[Table]]: ...


def take_in_past(store: Store, lake: Lake, worlds: Iterable[World]) -> int:
    """Load the past of every world that has one and has not told it yet; gives the number of rows."""
    rows = 0
    for world in worlds:
        source = f"{world.name}:past"
        if not isinstance(world, HasPast) or imported(store.engine, source, "opening"):
            continue
        frames = {kind: _frame(kind, past) for kind, past in world.past().items() if past}
        rows += sum(load(store.engine, lake, source, "opening", frames).rows.values())
    return rows


def _frame(kind: type[Table], rows: list[Table]) -> pl.DataFrame:
    frame = pl.from_arrow(to_arrow(kind, [(0, row) for row in rows]))
    assert isinstance(frame, pl.DataFrame)
    return frame.drop(OFFSET)
