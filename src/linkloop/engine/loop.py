"""The loop: one thread that takes in, lets links hear, and commits, many stories in one transaction."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from math import inf
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.core.action import Errand
from linkloop.core.clock import Clock
from linkloop.core.event import Event
from linkloop.core.world import Accepted, Delivery
from linkloop.engine.gate import Gate
from linkloop.engine.pauses import Pauses
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import Verdicts
from linkloop.engine.wiring import Wiring
from linkloop.engine.work import Work
from linkloop.models.matrix import Matrix
from linkloop.store.codec import decode, kind_of
from linkloop.store.schema import cursors, log
from linkloop.store.sql.door import SqlDoor
from linkloop.store.store import Store, head_of

R = TypeVar("R")
BATCH = 1024  # deliveries in one commit: enough to pay for the disk, few enough to answer in time
TURN_S = 0.05  # after so long what is left of a batch waits for the next commit: a burst is answered bit by bit
LATER_S = 0.02  # what nobody waits for may wait so long for a commit that is made anyway
CATCH_UP = 1000
TIMED = 2048
CURSOR = "fast"
logger = logging.getLogger("linkloop.loop")


class Counters(msgspec.Struct):
    """What the loop has done since it was opened; for /metrics."""

    deliveries: int = 0
    repeated: int = 0
    heard: int = 0
    commits: int = 0
    failed_commits: int = 0
    busy_s: float = 0.0


class Loop:
    """Everything that writes to a shop goes through here, in order, in group commits.

    `accept` and `command` return when their effect is durable. `turn` runs by itself in a thread after `start`,
    or is called by hand (tests, tools). Errands that were decided are handed to `on_errand` after the commit.
    """

    def __init__(
        self,
        store: Store,
        wiring: Wiring,
        matrix: Matrix,
        door: SqlDoor,
        gate: Gate,
        clock: Clock,
    ) -> None:
        self.store = store
        self.wiring = wiring
        self.matrix = matrix
        self.door = door
        self.clock = clock
        self.holder = uuid.uuid4().hex
        self.verdicts = Verdicts(gate, clock, self.holder, lambda action: False)
        self.counters = Counters()
        self.pauses = Pauses()
        self._took: deque[float] = deque(maxlen=TIMED)
        self.on_errand: Callable[[Errand], None] = lambda errand: None
        self.head = 0
        self._expected = -1
        self._inbox: deque[Work[Any]] = deque()
        self._later: deque[Work[Any]] = deque()
        self._wake = threading.Condition()
        self._moved = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._turning = threading.Lock()

    # -- what others call -------------------------------------------------------------------------------------

    def submit(self, deliveries: list[Delivery]) -> Future[list[Accepted]]:
        """Queue deliveries; the future is done when all are durable."""

        def work(turn: Turn) -> list[Accepted]:
            known = turn.seen_before(deliveries)
            accepted = [turn.accept(delivery, known) for delivery in deliveries]
            self.counters.deliveries += len(accepted)
            self.counters.repeated += sum(a.repeated for a in accepted)
            return accepted

        return self._queue(Work(work, max(1, len(deliveries))))

    def accept(self, deliveries: list[Delivery]) -> list[Accepted]:
        """Take deliveries in and wait until they are durable."""
        return self._wait(self.submit(deliveries))

    def post(self, deliveries: list[Delivery]) -> None:
        """Take deliveries in without waiting; order is kept."""
        self.submit(deliveries)

    def command(self, work: Callable[[Turn], R], *, later: bool = False) -> Future[R]:
        """Run `work` inside a turn; it must refuse (raise) before it writes anything. With `later` nobody waits for it:
        it goes with the next turn that there is anyway, or is done LATER_S from now."""
        return self._queue(Work(work, 1), later=later)

    def do(self, work: Callable[[Turn], R]) -> R:
        """`command`, and wait for it."""
        return self._wait(self.command(work))

    def wait_beyond(self, offset: int, timeout_s: float) -> int:
        """Block until the log is longer than `offset`, at most `timeout_s`; gives the head."""
        with self._moved:
            self._moved.wait_for(lambda: self.head > offset or self._stop.is_set(), timeout_s)
        return self.head

    def started(self) -> bool:
        """Whether turns run by themselves here."""
        return self._thread is not None

    def took_s(self) -> list[float]:
        """How long the last TIMED pieces of work took from their coming until all that followed was durable."""
        return list(self._took.copy())

    def queued(self) -> int:
        """How many pieces of work wait for a turn."""
        return len(self._inbox) + len(self._later)

    # -- the thread -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Run turns in a thread until `stop`."""
        self._stop.clear()
        self.pauses.start(time.monotonic())
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued and stop."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        if self._thread:
            self._thread.join(timeout=60)
            self._thread = None
            self.pauses.stop()
        while self.turn():
            pass
        with self._moved:
            self._moved.notify_all()

    def _run(self) -> None:
        while not self._stop.is_set():
            came = self._wait_for_work()
            try:
                self.turn()
            except Exception:
                logger.exception("a turn failed; its work was refused and nothing of it was kept")
                time.sleep(0.2)
            self.pauses.step(time.monotonic(), quiet=not came)

    def _wait_for_work(self, timeout_s: float = 1.0) -> bool:
        """Return when there is something to do now, or it is time to look for what others wrote; gives which it was."""
        until = time.perf_counter() + timeout_s
        with self._wake:
            while not self._inbox and not self._stop.is_set():
                due = min(until, self._later[0].since + LATER_S) if self._later else until
                left = due - time.perf_counter()
                if left <= 0:
                    return bool(self._later)
                self._wake.wait(left)
        return True

    def turn(self) -> bool:
        """One transaction: catch up with the log, then do what is queued. Gives whether there was anything to do."""
        with self._turning:
            started = time.perf_counter()
            batch = self._take()
            if not batch and not self._behind():
                return False
            try:
                with self.store.write() as writes:
                    turn = Turn(writes, self.wiring, self.matrix, self.door, self.verdicts, self.clock)
                    done = self._run_batch(turn, batch) if self._catch_up(turn) else 0
                    self._inbox.extendleft(reversed(batch[done:]))
                    del batch[done:]
            except BaseException as error:
                self.counters.failed_commits += 1
                self.verdicts.errands.clear()
                self.matrix.feed.undo()
                for work in batch:
                    work.future.set_exception(work.error or error)
                self._expected = -1
                raise
            self._committed(turn, batch, started)
            return True

    def _run_batch(self, turn: Turn, batch: list[Work[Any]]) -> int:
        """Do pieces of work one after the other, the first in any case; gives how many were begun within TURN_S (all,
        where turns are made by hand)."""
        done, until = 0, time.perf_counter() + (TURN_S if self.started() else inf)
        while done < len(batch) and (not done or time.perf_counter() < until):
            work, before = batch[done], turn.w.written()
            done += 1
            try:
                work.result = work.run(turn)
                turn.drain()
            except Exception as error:
                work.error = error
                if before != turn.w.written():
                    raise  # half written: nothing of this turn may stay
        turn.w.cursors[CURSOR] = turn.w.head
        return done

    def _committed(self, turn: Turn, batch: list[Work[Any]], started: float) -> None:
        self.head = self._expected = turn.w.head
        self.matrix.feed.keep(turn.w.rows)
        self.counters.commits += 1
        self.counters.heard += turn.heard
        errands, self.verdicts.errands = self.verdicts.errands, []
        for errand in errands:
            self.on_errand(errand)
        now = time.perf_counter()
        self._took.extend(now - work.since for work in batch)
        for work in batch:
            if work.error is not None:
                work.future.set_exception(work.error)
            else:
                work.future.set_result(work.result)
        self.counters.busy_s += time.perf_counter() - started
        with self._moved:
            self._moved.notify_all()

    def _queue(self, work: Work[R], *, later: bool = False) -> Future[R]:
        with self._wake:
            (self._later if later else self._inbox).append(work)
            if not later or len(self._later) == 1:
                self._wake.notify_all()
        return work.future

    def _take(self) -> list[Work[Any]]:
        batch: list[Work[Any]] = []
        size = 0
        for queue in (self._inbox, self._later):
            while queue and size < BATCH:
                batch.append(queue.popleft())
                size += batch[-1].size
        return batch

    def _wait(self, future: Future[R]) -> R:
        if self._thread is None:
            while not future.done():
                self.turn()
        return future.result()

    # -- events that others appended --------------------------------------------------------------------------

    def _behind(self) -> bool:
        with self.store.read() as connection:
            head = head_of(connection)
            return bool(head != self._expected and head > self._cursor(connection))

    def _cursor(self, connection: sa.Connection) -> int:
        return connection.execute(sa.select(cursors.c.offset).where(cursors.c.consumer == CURSOR)).scalar() or 0

    def _catch_up(self, turn: Turn) -> bool:
        """Hear what is in the log beyond the cursor; False when there is more than fits into this turn."""
        if turn.w.head == self._expected:
            return True
        self.matrix.feed.doubt()
        query = (
            sa.select(log.c.offset, log.c.kind, log.c.body)
            .where(log.c.offset > self._cursor(turn.w.connection), log.c.is_event == 1)
            .order_by(log.c.offset)
            .limit(CATCH_UP)
        )
        rows = turn.w.connection.execute(query).all()
        for row in rows:
            if row.kind in self.wiring.fast_kinds:
                event = decode(kind_of(row.kind), row.body)
                assert isinstance(event, Event)
                turn.to_hear.append((event, time.monotonic()))
                turn.drain()
        full = len(rows) == CATCH_UP
        turn.w.cursors[CURSOR] = rows[-1].offset if full else turn.w.head
        return not full
