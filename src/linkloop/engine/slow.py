"""The slow lane: handlers that take seconds run beside the loop, on a snapshot, each link with an offset of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from linkloop.core.event import Event
from linkloop.core.link import Link
from linkloop.core.table import table_name
from linkloop.engine.context import LinkContext
from linkloop.engine.loop import Loop
from linkloop.engine.turn import Said, Turn, hear, rows
from linkloop.store.codec import decode, kind_of
from linkloop.store.facts import LiveFacts
from linkloop.store.schema import cursors, log
from linkloop.store.store import head_of

PAGE = 5000
PAUSE_S = 0.1  # a log that grows all the time is looked at ten times a second, not with every commit
logger = logging.getLogger("linkloop.slow")


class SlowLane:
    """Runs the slow handlers of all links. What a handler says and the step of its cursor commit together."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._busy = False
        self._seen: dict[str, int] = {}  # how far this process has looked: events that nobody hears are not read twice

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="slow", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for the handler that is running; the rest is heard after the next start."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=120)

    def idle(self) -> bool:
        """Every link has looked to the end of the log and heard what was there for it."""
        return not self._busy and all(self._seen.get(name, 0) >= self.loop.head for name in self.loop.wiring.slow)

    def step(self) -> int:
        """Hear everything that is there for every link, in the order of the log; gives how many were heard.

        Of one event the links hear in the order of their names, and no link hears a later event before all have
        heard this one: stock decides on the forecast of its own night.
        """
        heard = 0
        while not self._stop.is_set() and self._news():
            heard += self._catch_up()
        return heard

    def _run(self) -> None:
        head = 0
        while not self._stop.is_set():
            try:
                self.step()
            except Exception:
                logger.exception("the slow lane failed; trying again")
                time.sleep(1)
            head = self.loop.wait_beyond(head, 1.0)
            self._stop.wait(PAUSE_S)

    def _news(self) -> bool:
        """Whether there may be an event for anybody beyond what everybody has looked at: one look for all links, for
        most of a log is for none of them."""
        slow = self.loop.wiring.slow
        if not slow or slow.keys() - self._seen.keys():
            return bool(slow)
        kinds = sorted({kind for heard in slow.values() for kind in heard})
        with self.loop.store.read() as connection:
            head = head_of(connection)
            query = sa.select(log.c.offset).where(
                log.c.offset > min(self._seen.values()), log.c.is_event == 1, log.c.kind.in_(kinds)
            )
            if connection.execute(query.limit(1)).first() is not None:
                return True
        self._seen = dict.fromkeys(slow, head)
        return False

    def _catch_up(self) -> int:
        with self.loop.store.read() as connection:
            until = head_of(connection)
        waiting = {name: self._next(name, until) for name in self.loop.wiring.slow}
        heard = 0
        while not self._stop.is_set():
            there = [(found[1], name) for name, found in waiting.items() if found is not None]
            if not there:
                break
            _, name = min(there)
            found = waiting[name]
            assert found is not None
            self._busy = True
            try:
                self._hear(self.loop.wiring.link(name), *found)
            finally:
                self._busy = False
            heard += 1
            waiting[name] = self._next(name, until)
        return heard

    def _next(self, name: str, until: int) -> tuple[int, int, Event] | None:
        kinds = self.loop.wiring.slow[name]
        with self.loop.store.read() as connection:
            query = sa.select(cursors.c.offset).where(cursors.c.consumer == f"slow:{name}")
            cursor = connection.execute(query).scalar() or 0
            after = max(cursor, self._seen.get(name, 0))
            row = connection.execute(
                sa.select(log.c.offset, log.c.kind, log.c.body)
                .where(log.c.offset > after, log.c.offset <= until, log.c.is_event == 1, log.c.kind.in_(list(kinds)))
                .order_by(log.c.offset)
                .limit(1)
            ).first()
        if row is None:
            self._seen[name] = until
            return None
        event = decode(kind_of(row.kind), row.body)
        assert isinstance(event, Event)
        return cursor, row.offset, event

    def _hear(self, link: Link, cursor: int, offset: int, event: Event) -> None:
        loop = self.loop
        handler = loop.wiring.slow[link.name][table_name(type(event))]
        said: list[Said] = []
        failure: Exception | None = None
        with loop.store.read() as connection:
            facts = LiveFacts(loop.store.engine)
            facts.connection = connection
            horizon = head_of(connection)
            seats = loop.wiring.seats()
            context = LinkContext(link, event, facts, loop.matrix, self._sql(horizon), seats, horizon=horizon)
            try:
                said = hear(handler, context, event)
            except Exception as error:
                failure = error

        def work(turn: Turn) -> None:
            consumer = f"slow:{link.name}"
            query = sa.select(cursors.c.offset).where(cursors.c.consumer == consumer)
            now = turn.w.cursors.get(consumer, turn.w.connection.execute(query).scalar() or 0)
            if now != cursor:
                return  # another process heard it first
            if failure is None:
                turn.apply(link, event, said, horizon, 0, time.monotonic())
            else:
                turn.bury(link.name, event, failure)
            turn.w.cursors[consumer] = offset

        loop.do(work)
        self._seen[link.name] = offset

    def _sql(self, horizon: int) -> Callable[[str, dict[str, Any]], list[dict[str, Any]]]:
        return partial(rows, self.loop.door, as_of=horizon)
