"""Relation: the SELECT that shows hot and cold rows of one Table class as one table."""

from __future__ import annotations

import duckdb

from linkloop.core.event import Event
from linkloop.core.table import Table, table_name
from linkloop.store.cold import Cold, Part
from linkloop.store.columns import OFFSET, arrow_schema, key_columns


def hot_name(kind: type[Table]) -> str:
    """The name under which the hot rows of a class are registered, always with all its columns, maybe without rows."""
    return f"_hot_{table_name(kind)}"


def relation(
    con: duckdb.DuckDBPyConnection, kind: type[Table], cold: Cold | None, hot: int, first: int, as_of: int | None
) -> str:
    """The SELECT for a class: every row of an Event, the latest version of each key of a Table, columns in order.

    `hot` rows (from offset `first` on) are registered as `hot_name(kind)`, already cut at `as_of`. Latest means
    latest up to offset `as_of`. Only what landed since the lake was last settled is sorted by version: the large
    rest is unique, and a row of it is left out when its key is among the recent ones.
    """
    names = arrow_schema(kind).names
    columns = ", ".join(f'"{name}"' for name in names)
    keys = ", ".join(f'"{name}"' for name in key_columns(kind))
    tail = f'FROM "{hot_name(kind)}"'
    live, new, past = cold.parts if cold else (Part("live"), Part("new"), Part("past"))

    def rows(*parts: Part) -> str:
        """Rows of lake parts up to `as_of`, with all columns of the class, also those that no file has yet."""
        full = [part for part in parts if part.rows]
        if cold is None or not full:
            return ""
        cut = "" if as_of is None or as_of >= max(p.last for p in full) else f'WHERE "{OFFSET}" <= {as_of}'
        return f"UNION ALL BY NAME FROM {cold.source(con, *full)} {cut}"

    if issubclass(kind, Event):
        return f"SELECT {columns} FROM ({tail} {rows(live, new, past)})"
    latest = f'QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY "{OFFSET}" DESC) = 1'
    before = as_of is not None and as_of < live.last
    tangled = (new.rows and new.first < live.last) or (hot and first < max(live.last, new.last))
    if before or tangled or not live.rows:
        everything = rows(live, new, past) if before else rows(live, new)
        return f"SELECT {columns} FROM ({tail} {everything}) {latest}"
    if not hot and not new.rows:
        if cold is not None and as_of is None and cold.columns.issuperset(names):
            return f"SELECT {columns} FROM {cold.source(con, live)}"  # what has no rows need not be planned
        return f"SELECT {columns} FROM ({tail} {rows(live)})"
    return (
        f"WITH recent AS (FROM ({tail} {rows(new)}) {latest}) "
        f"SELECT {columns} FROM (FROM recent UNION ALL BY NAME "
        f"FROM ({tail} WHERE false {rows(live)}) AS settled ANTI JOIN recent USING ({keys}))"
    )
