"""Alarms that wait: the queue on disk in the order in which they are due, under what one transaction changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

import sqlalchemy as sa

from linkloop.commerce.time import Alarm
from linkloop.core.clock import micros
from linkloop.core.event import Event
from linkloop.core.table import key_of
from linkloop.store.drivers.pick import Statement, upsert
from linkloop.store.schema import alarm_queue

PAGES = (8, 256)  # what a transaction looks at first, and what it reads at a time when more is due
Place = tuple[int, str]  # when it is due, and its key: the order in which alarms ring


class Waiting(NamedTuple):
    """One alarm that waits, as the queue keeps it; moments in microseconds since 1970."""

    key: str
    due: int
    about: str
    name: str
    set_at: int
    case_id: str = ""
    cause_id: str = ""
    hop: int = 0

    def place(self) -> Place:
        return self.due, self.key


class AlarmStatements:
    """The statements of the queue, compiled once for a database."""

    def __init__(self, engine: sa.Engine) -> None:
        c = alarm_queue.c
        self.put = upsert(engine, alarm_queue)
        self.drop = Statement(engine, sa.delete(alarm_queue).where(c.key == sa.bindparam("k")))
        page = (
            sa.select(alarm_queue)
            .where(sa.tuple_(c.due, c.key) > sa.tuple_(sa.bindparam("d"), sa.bindparam("k")))
            .order_by(c.due, c.key)
            .offset(sa.literal_column("0"))
        )
        self.pages = [Statement(engine, page.limit(sa.literal_column(str(size)))) for size in PAGES]


class AlarmQueue:
    """The queue as one transaction sees it. `flush` writes its changes; a transaction that fails leaves no trace.

    Without a connection nothing is on disk: a replay keeps all of its alarms here.
    """

    def __init__(self, connection: sa.Connection | None, sql: AlarmStatements | None) -> None:
        self._connection = connection
        self._sql = sql
        self._changed: dict[str, Waiting | None] = {}
        self._fresh: list[Place] = []
        self._page: Sequence[Waiting] = ()
        self._at = 0
        self._last = sql is None  # nothing stands on disk behind the page
        self.recalled: frozenset[Place] = frozenset()  # a replay hears these where they rang: `take` leaves them alone

    def say(self, alarm: Alarm, set_at: int, cause: Event | None) -> None:
        """An alarm is set, moved or switched off. A chain of alarms that ring at once counts as one chain of causes."""
        key, due = key_of(alarm), micros(alarm.due)
        if alarm.off:
            self._changed[key] = None
            return
        hop = cause.hop + 1 if cause is not None and due <= set_at else 0
        self.put(
            Waiting(
                key, due, alarm.about, alarm.name, set_at,
                cause.case_id if cause else "", cause.id if cause else "", hop,
            )
        )  # fmt: skip

    def put(self, waiting: Waiting) -> None:
        """Let an alarm wait, in place of one with the same key."""
        self._changed[waiting.key] = waiting
        if waiting.place() not in self.recalled:
            heappush(self._fresh, waiting.place())

    def take(self, until: int) -> Waiting | None:
        """The alarm that is due first, if it is due by `until`: it waits no longer."""
        found = min(filter(None, (self._first_fresh(), self._first_kept())), key=Waiting.place, default=None)
        if found is None or found.due > until:
            return None
        self._changed[found.key] = None
        return found

    def drop(self, key: str, due: int) -> bool:
        """Let a fresh alarm with this key and moment wait no longer; False when there is none."""
        waiting = self._changed.get(key)
        if waiting is None or waiting.due != due:
            return False
        self._changed[key] = None
        return True

    def flush(self) -> None:
        """Write what was changed into the open transaction."""
        if self._connection is None or self._sql is None or not self._changed:
            return
        self._sql.put.many(self._connection, [tuple(w) for w in self._changed.values() if w is not None])
        self._sql.drop.many(self._connection, [(key,) for key, w in self._changed.items() if w is None])

    def _first_fresh(self) -> Waiting | None:
        while self._fresh:
            due, key = self._fresh[0]
            waiting = self._changed.get(key)
            if waiting is not None and waiting.due == due:
                return waiting
            heappop(self._fresh)
        return None

    def _first_kept(self) -> Waiting | None:
        while True:
            while self._at < len(self._page):
                waiting = self._page[self._at]
                if waiting.key not in self._changed:
                    return waiting
                self._at += 1
            if self._last or self._connection is None or self._sql is None:
                return None
            n, place = (1, self._page[-1].place()) if self._page else (0, (-(2**62), ""))
            self._page = [Waiting(*row) for row in self._sql.pages[n].all(self._connection, place)]
            self._at, self._last = 0, len(self._page) < PAGES[n]


def first_due(connection: sa.Connection) -> int | None:
    """When the first alarm that waits is due, or None."""
    return connection.execute(_FIRST).scalar()


_FIRST = sa.select(sa.func.min(alarm_queue.c.due))
