"""Facts: the latest row per table and key, cached for the one writer, or as they stood at a past offset."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from linkloop.core.table import Table, table_name
from linkloop.store.codec import decode
from linkloop.store.drivers.pick import Statement
from linkloop.store.schema import log, state

T = TypeVar("T", bound=Table)
_ROOM = 200_000


class Facts(Protocol):
    """What a Context reads from; every row comes with the log offset of its version (0 and None: absent)."""

    connection: Any

    def get(self, kind: type[T], key: str) -> tuple[T | None, int]: ...

    def where(self, kind: type[T], field: str, value: str) -> list[tuple[T, int]]: ...


def index_column(kind: type[Table], field: str) -> str:
    """The state column that holds an index field. Raises KeyError when the table is not indexed by it."""
    if field not in kind.__index__[:2]:
        raise KeyError(
            f"{table_name(kind)} is not indexed by {field}; it is by {', '.join(kind.__index__) or 'nothing'}"
        )
    return f"ix{kind.__index__.index(field) + 1}"


class LiveFacts:
    """The present, with what the current transaction has changed on top and a write-through cache below."""

    def __init__(self, engine: sa.Engine) -> None:
        self.connection: sa.Connection | None = None
        self._fresh: dict[str, dict[str, tuple[Table, int]]] = {}  # by table, then by key
        self._cache: dict[tuple[str, str], tuple[Table | None, int]] = {}
        # (table, field, value): the keys of all rows that have it, and maybe of some that had it once.
        self._keys: dict[tuple[str, str, str], set[str]] = {}
        get = sa.select(state.c.body, state.c.offset).where(
            state.c.kind == sa.bindparam("k"), state.c.key == sa.bindparam("v")
        )
        self._get = Statement(engine, get)
        self._where = {column: _by_index(engine, column) for column in ("ix1", "ix2")}

    def put(self, row: Table, name: str, key: str, offset: int) -> None:
        """A row that the current transaction writes."""
        self._fresh.setdefault(name, {})[key] = (row, offset)
        for field in row.__index__[:2]:
            if (keys := self._keys.get((name, field, str(getattr(row, field))))) is not None:
                keys.add(key)

    def settle(self, *, kept: bool) -> None:
        """The transaction ended: its rows become cache, or everything is forgotten."""
        if kept and len(self._cache) + len(self._keys) < _ROOM:
            for name, rows in self._fresh.items():
                for key, found in rows.items():
                    self._cache[name, key] = found
        else:
            self.forget()
        self._fresh.clear()

    def forget(self) -> None:
        """Somebody else wrote: the cache may be stale."""
        self._cache.clear()
        self._keys.clear()

    def get(self, kind: type[T], key: str) -> tuple[T | None, int]:
        place = (table_name(kind), key)
        fresh = self._fresh.get(place[0])
        found = (fresh.get(key) if fresh else None) or self._cache.get(place)
        if found is None:
            assert self.connection is not None
            rows = self._get.all(self.connection, place)
            found = (decode(kind, rows[0][0]), rows[0][1]) if rows else (None, 0)
            self._cache[place] = found
        return found  # type: ignore[return-value]  # the name of the table fixes the class

    def where(self, kind: type[T], field: str, value: str) -> list[tuple[T, int]]:
        name = table_name(kind)
        keys = self._keys.get((name, field, value))
        if keys is None:
            keys = self._keys[name, field, value] = self._find(kind, name, field, value)
        found = [self.get(kind, key) for key in sorted(keys)]
        return [(row, offset) for row, offset in found if row is not None and str(getattr(row, field)) == value]

    def _find(self, kind: type[Table], name: str, field: str, value: str) -> set[str]:
        """The keys of the rows of the store that have a value, whose rows are kept, and of this transaction's."""
        assert self.connection is not None
        keys = {key for key, (row, _) in self._fresh.get(name, {}).items() if str(getattr(row, field)) == value}
        for key, body, offset in self._where[index_column(kind, field)].all(self.connection, (name, value)):
            keys.add(key)
            cached = self._cache.get((name, key))
            if cached is None or cached[0] is None or cached[1] != offset:
                self._cache[name, key] = (decode(kind, body), offset)
        return keys


def _by_index(engine: sa.Engine, column: str) -> Statement:
    """Rows of a kind by an index field, in any order: `where` sorts what it found."""
    rows = sa.select(state.c.key, state.c.body, state.c.offset)
    return Statement(engine, rows.where(state.c.kind == sa.bindparam("k"), state.c[column] == sa.bindparam("v")))


class PastFacts:
    """How things stood at log offset `horizon`.

    With `since`, rows that links said after that offset do not count (a replay makes its own: `put`).
    """

    def __init__(self, connection: sa.Connection, horizon: int, since: int | None = None) -> None:
        self.connection = connection
        self.horizon = horizon
        self.since = since
        self.own: dict[tuple[str, str], tuple[Table, int]] = {}

    def put(self, row: Table, name: str, key: str, offset: int) -> None:
        """A row that the replay itself made, newer than what the log had at this point."""
        self.own[name, key] = (row, offset)

    def get(self, kind: type[T], key: str) -> tuple[T | None, int]:
        name = table_name(kind)
        if (own := self.own.get((name, key))) is not None:
            return own  # type: ignore[return-value]
        seen = log.c.offset <= self.horizon
        if self.since is not None:
            seen = seen & ((log.c.offset <= self.since) | log.c.source.not_like("link:%"))
        query = (
            sa.select(log.c.body, log.c.offset)
            .where(log.c.kind == name, log.c.key == key, log.c.is_event == 0, seen)
            .order_by(log.c.offset.desc())
            .limit(1)
        )
        if row := self.connection.execute(query).first():
            return decode(kind, row.body), row.offset  # type: ignore[return-value]
        # Rows that came in bulk are in the state (and the lake) without a log row of their own.
        bulk = sa.select(state.c.body, state.c.offset).where(
            state.c.kind == name, state.c.key == key, state.c.offset <= self.horizon
        )
        if row := self.connection.execute(bulk).first():
            return decode(kind, row.body), row.offset  # type: ignore[return-value]
        return None, 0

    def where(self, kind: type[T], field: str, value: str) -> list[tuple[T, int]]:
        name, column = table_name(kind), state.c[index_column(kind, field)]
        query = sa.select(state.c.key).where(state.c.kind == name, column == value)
        keys = {row.key for row in self.connection.execute(query)}
        keys |= {key for (table, key) in self.own if table == name}
        found = [self.get(kind, key) for key in sorted(keys)]
        return [(row, offset) for row, offset in found if row is not None and str(getattr(row, field)) == value]
