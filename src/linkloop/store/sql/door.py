"""The door to SQL: any thread asks, and gets hot and cold rows as one table, as of now or as of a log offset."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from linkloop.core.errors import Refused
from linkloop.core.event import Event
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.store.cold import Cold
from linkloop.store.columns import OFFSET, to_arrow
from linkloop.store.lake import Lake
from linkloop.store.landing import positions
from linkloop.store.sql.cancel import Cancel
from linkloop.store.sql.guard import Checked, check
from linkloop.store.sql.hot import Hot
from linkloop.store.sql.pinned import Short, short_form
from linkloop.store.sql.relation import hot_name, relation
from linkloop.store.sql.session import Params, Reading, Result, Session, cancelled, too_many
from linkloop.store.sql.views import about, shipped_views

Extra = Mapping[type[Table], Sequence[tuple[int, Table]]]
_KNOWN = 10_000  # values of short forms that are remembered


class Stored(msgspec.Struct, frozen=True):
    """Row versions of a class: not in the lake yet, in it, replaced in it; the last log offset, the lake's version."""

    hot: int
    cold: int
    replaced: int
    last: int
    version: int


class SqlDoor:
    """A pool of sessions over one store and one lake. `zone` is the shop's, for what a day is."""

    def __init__(self, engine: sa.Engine, lake: Lake, *, zone: str = "UTC", sessions: int = 4) -> None:
        self.engine = engine
        self.lake = lake
        self.zone = zone
        self.views = shipped_views()
        self._hot = Hot(engine)
        self._idle: dict[str, list[Session]] = {}
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(sessions)
        self._parser = duckdb.connect()
        self._checked = lru_cache(maxsize=1024)(self._check)
        self._there: set[tuple[str, str, str]] = set()  # table, column, value: rows come and are replaced, none goes

    def query(
        self,
        sql: str,
        params: Params = None,
        *,
        max_rows: int = 10_000,
        timeout_s: float = 10.0,
        memory: str = "512MB",
        as_of: int | None = None,
        extra: Extra | None = None,
        cancel: Cancel | None = None,
        whole: bool = False,
    ) -> Result:
        """Run one reading query over the tables and the shipped views; `params` fill `?` or `$name`.

        A result of more than `max_rows` is cut and says so; with `whole` it is refused instead.

        All tables are shown as of one moment: the latest, or log offset `as_of`; `extra` rows (offset, row) count as
        said, too. Raises LinkloopError `sql.…`: syntax, invalid, read_only, one_statement, function, unknown_table,
        timeout, memory, rows, busy; `cancelled` when somebody stops it through `cancel`.
        """
        checked = self._checked(sql, frozenset(tables()))
        if checked.shows_tables:
            return self._list()
        with self._session(memory, timeout_s, cancel) as session:
            self._show(session, checked, as_of, extra or {})
            found = session.run(checked.sql, params, max_rows, timeout_s, cancel)
        if whole and found.truncated:
            raise too_many(max_rows)
        return found

    @contextmanager
    def reading(
        self,
        sql: str,
        params: Params = None,
        *,
        timeout_s: float = 60.0,
        memory: str = "512MB",
        as_of: int | None = None,
        cancel: Cancel | None = None,
    ) -> Iterator[Reading]:
        """The rows of a query batch by batch, for results too large to hold; raises as `query`, also on the way."""
        checked = self._checked(sql, frozenset(tables()))
        with self._session(memory, timeout_s, cancel) as session:
            self._show(session, checked, as_of, {})
            with session.reading("SHOW TABLES" if checked.shows_tables else sql, params, timeout_s, cancel) as found:
                yield found

    def names(self, sql: str) -> frozenset[str]:
        """The tables and views that a query reads, as it is written. Raises as `query`."""
        return self._checked(sql, frozenset(tables())).names

    def stored(self, kind: type[Table]) -> Stored:
        """Where the rows of a class lie now; row versions, not rows: what was replaced counts until it is settled."""
        with self.engine.connect() as connection:
            seen = positions(connection)
        cold = self.lake.cold(kind)
        hot = self._hot.rows({kind: max(_landed(cold), seen.of(table_name(kind)))})[kind]
        parts = cold.parts if cold else ()
        offsets = [part.last for part in parts] + ([hot[OFFSET][-1].as_py()] if hot.num_rows else [])
        current = sum(part.rows for part in parts[:2])
        replaced = sum(part.rows for part in parts[2:])
        return Stored(hot.num_rows, current, replaced, max(offsets, default=-1), cold.version if cold else -1)

    def close(self) -> None:
        """Close the idle sessions; the door may be used again."""
        with self._lock:
            for session in [one for idle in self._idle.values() for one in idle]:
                session.close()
            self._idle.clear()

    def _check(self, sql: str, names: frozenset[str]) -> Checked:
        with self._lock:
            return check(self._parser, sql, names | self.views.keys())

    def _show(self, session: Session, checked: Checked, as_of: int | None, extra: Extra) -> None:
        """Give the session what a query mentions, directly or through views, and no others; a view in its short form
        where that has all rows that the query can see."""
        name = next(iter(checked.names)) if len(checked.names) == 1 else ""
        short = short_form(self.views.get(name, "")) if checked.pinned else None
        if short is None or short.column not in checked.pinned:
            self._show_all(session, checked.names, as_of, extra)
            return
        if not self._is_there(session, short, checked.pinned[short.column], as_of, extra):
            self._show_all(session, checked.names, as_of, extra)
            return
        source = short.source(checked.columns)
        self._show_all(session, frozenset((source,)), as_of, extra)
        session.view(name, self.views.get(source) or f'FROM "{source}"')

    def _is_there(self, session: Session, short: Short, value: str, as_of: int | None, extra: Extra) -> bool:
        """Whether the table of a short form has this value; what was seen in the present is not looked up again."""
        place = (short.table, short.column, value)
        if as_of is None and place in self._there:
            return True
        self._show_all(session, frozenset((short.table,)), as_of, extra)
        there = f'SELECT 1 FROM "{short.table}" WHERE "{short.column}" = ? LIMIT 1'
        found = bool(session.con.execute(there, [value]).fetchall())
        if found and as_of is None and not extra and len(self._there) < _KNOWN:
            self._there.add(place)
        return found

    def _show_all(self, session: Session, names: frozenset[str], as_of: int | None, extra: Extra) -> None:
        """The tables and views of these names, and all that these views mention."""
        known = tables()
        views = self._views_for(names)
        mentioned = {name for name in names if name in known}
        mentioned |= {name for view in views for name in self._mentions(view) if name in known}
        kinds = {known[name] for name in sorted(mentioned)}
        if kinds:
            # The order makes it exact: what the cursor says is in the lake, is in the lake when that is looked at
            # afterwards; what lands later than that is still read from the log.
            with self.engine.connect() as connection:
                seen = positions(connection)
            cold = {kind: self.lake.cold(kind) for kind in kinds}
            hot = self._hot.rows({kind: max(_landed(cold[kind]), seen.of(table_name(kind))) for kind in kinds})
            for kind in kinds:
                self._table(session, kind, cold[kind], hot[kind], as_of, extra.get(kind, ()))
        for view in views:
            session.view(view, self.views[view])

    def _table(
        self,
        session: Session,
        kind: type[Table],
        cold: Cold | None,
        hot: pa.Table,
        as_of: int | None,
        extra: Sequence[tuple[int, Table]],
    ) -> None:
        first = 2**63 - 1
        if as_of is not None and hot.num_rows and hot[OFFSET][-1].as_py() > as_of:
            hot = hot.filter(pc.field(OFFSET) <= as_of)
        if extra:
            hot = pa.concat_tables([hot, to_arrow(kind, extra)])
            first = min(offset for offset, _ in extra)
        session.register(hot_name(kind), hot)
        if hot.num_rows:
            first = min(first, hot[OFFSET][0].as_py())
        session.view(table_name(kind), relation(session.con, kind, cold, hot.num_rows, first, as_of))

    def _views_for(self, names: frozenset[str]) -> list[str]:
        """The views behind these names, those that others build on first."""
        ordered: list[str] = []

        def add(name: str) -> None:
            if name in self.views and name not in ordered:
                for needed in sorted(self._mentions(name)):
                    add(needed)
                ordered.append(name)

        for name in sorted(names):
            add(name)
        return ordered

    def _mentions(self, view: str) -> frozenset[str]:
        return self._checked(self.views[view], frozenset(tables())).names

    def _list(self) -> Result:
        found: list[tuple[str, str, str]] = []
        for name, kind in tables().items():
            found.append((name, "event" if issubclass(kind, Event) else "table", (kind.__doc__ or "").split("\n")[0]))
        found += [(name, "view", about(text)) for name, text in self.views.items()]
        return Result(("name", "kind", "about"), ("VARCHAR",) * 3, tuple(sorted(found)))

    @contextmanager
    def _session(self, memory: str, timeout_s: float, cancel: Cancel | None = None) -> Iterator[Session]:
        if not self._place(timeout_s, cancel):
            raise Refused(
                "sql.busy",
                Text(en="too many queries run at once", zh="同时运行的查询过多"),
                Text(en="Try again in a moment.", zh="请稍后再试。"),
            )
        try:
            with self._lock:
                idle = self._idle.setdefault(memory, [])
                session = idle.pop() if idle else None
            session = session or Session(
                self.lake.root if self.lake.local else None, memory, min(4, os.cpu_count() or 1), self.zone
            )
            try:
                yield session
            finally:
                with self._lock:
                    self._idle.setdefault(memory, []).append(session)
        finally:
            self._places.release()

    def _place(self, timeout_s: float, cancel: Cancel | None) -> bool:
        """Wait for a place among the sessions. Raises Refused `sql.cancelled`."""
        if cancel is None:
            return self._places.acquire(timeout=timeout_s)
        until = time.monotonic() + timeout_s
        while not cancel.stopped:
            if self._places.acquire(timeout=0.05):
                return True
            if time.monotonic() > until:
                return False
        raise cancelled()


class SqlSession:
    """Queries that all see the same past: the log up to `as_of`, with `extra` rows on top."""

    def __init__(self, door: SqlDoor, as_of: int | None = None, extra: Extra | None = None) -> None:
        self.door = door
        self.as_of = as_of
        self.extra = extra

    def query(self, sql: str, params: Params = None, *, max_rows: int = 10_000, timeout_s: float = 10.0) -> Result:
        """As `SqlDoor.query`."""
        return self.door.query(sql, params, max_rows=max_rows, timeout_s=timeout_s, as_of=self.as_of, extra=self.extra)

    def close(self) -> None:
        """Close what this session opened."""
        self.door.close()


def open_session(engine: sa.Engine, lake: Lake, *, as_of: int | None = None, extra: Extra | None = None) -> SqlSession:
    """A session of its own over a store and a lake, for a script or a replay."""
    return SqlSession(SqlDoor(engine, lake, sessions=1), as_of, extra)


def _landed(cold: Cold | None) -> int:
    return -1 if cold is None else cold.landed
