"""The lander: moves log rows into the lake in the background, each exactly once, whenever it is killed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from linkloop.core.errors import Conflict
from linkloop.core.table import Table
from linkloop.core.vocabulary import tables
from linkloop.store.apart import Apart
from linkloop.store.bodies import Unfit, unpack
from linkloop.store.cold import LOG
from linkloop.store.lake import Lake
from linkloop.store.landing import Positions, place, positions
from linkloop.store.schema import dead_letters, log

_COMPACT_S = 60.0
_LATEST = 60.0
_log = logging.getLogger(__name__)


class Waiting(msgspec.Struct, frozen=True):
    """A kind whose rows stay in the log for now: how many, from which offset on, and why."""

    kind: str
    rows: int
    first: int
    problem: str


class Lander:
    """Takes log rows in offset order, appends them per kind to the lake, then moves its cursor.

    Each append carries the last log offset of its group as Delta transaction `log`, so a landing that is repeated
    after a kill skips what is there. A kind that cannot land (its package is not installed, its append fails) is
    held back under a cursor of its own, `lake:<kind>`: the others go on, its rows stay in the log, `waiting` names
    it, SQL still reads it as hot when its class is known, and it lands as soon as it can. A single row that its
    class cannot take becomes a dead letter (`what` row, `consumer` lake) with its body and the reason.

    With `apart` the thread lets a process of its own land and compact, from the first landing that is due: rows are
    decoded and written for seconds, and whoever shares an interpreter with that waits. Where such a process cannot
    have a table that is here (a module that only this process can import), the thread lands by itself.
    """

    def __init__(
        self, engine: sa.Engine, lake: Lake, *, interval_s: float = 15.0, hot_rows: int = 20_000, apart: bool = False
    ) -> None:
        self.engine = engine
        self.lake = lake
        self.interval_s = interval_s
        self.hot_rows = hot_rows
        self.problems: dict[str, str] = {}
        self.apart = apart
        self._apart: Apart | None = None
        self._writer = engine.execution_options(linkloop_write=True)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def land(self, limit: int = 20_000) -> int:
        """Move up to `limit` rows; how many the lander got past (0: nothing is left that can land now)."""
        moved = self._land_held(limit)
        with self.engine.connect() as connection:
            seen = positions(connection)
            query = sa.select(log.c.offset, log.c.kind, log.c.body).where(log.c.offset > seen.done)
            rows = connection.execute(query.order_by(log.c.offset).limit(limit)).all()
        if not rows:
            return moved
        groups: dict[str, list[tuple[int, bytes]]] = {}
        for offset, kind, body in rows:
            groups.setdefault(kind, []).append((offset, body))
        held: list[str] = []
        unfit: list[Unfit] = []
        try:
            for name in sorted(groups.keys() - seen.held.keys()):
                found = self._append(name, groups[name])
                if found is None:
                    held.append(name)
                else:
                    unfit += found
        except Conflict:
            return moved  # another process lands: what it has done is read afresh next time
        with self._writer.begin() as connection:
            if positions(connection) != seen:
                return moved
            for name in held:
                place(connection, name, seen.done)
            self._bury(connection, unfit)
            place(connection, "", rows[-1].offset)
        return moved + len(rows)

    def waiting(self) -> list[Waiting]:
        """The kinds that are held back, each with what it waits for."""
        with self.engine.connect() as connection:
            seen = positions(connection)
            found: list[Waiting] = []
            for name, after in sorted(seen.held.items()):
                query = sa.select(sa.func.count(), sa.func.min(log.c.offset))
                rows, first = connection.execute(query.where(log.c.kind == name, log.c.offset > after)).one()
                unknown = "" if name in tables() else "no installed package defines it"
                found.append(Waiting(name, rows, first or 0, unknown or self.problems.get(name, "")))
        return found

    def retry(self, letter: str) -> bool:
        """Land the row of a dead letter again; False when its class still cannot take it."""
        with self.engine.connect() as connection:
            query = sa.select(dead_letters.c.ref, dead_letters.c.body, log.c.kind)
            joined = query.join(log, log.c.offset == sa.cast(dead_letters.c.ref, log.c.offset.type))
            row = connection.execute(joined.where(dead_letters.c.id == letter)).first()
        kind = tables().get(row.kind) if row else None
        if row is None or kind is None:
            return False
        fitting, unfit = unpack(kind, [(int(row.ref), row.body)])
        if unfit:
            return False
        self.lake.append(kind, fitting, letter, int(row.ref))
        with self._writer.begin() as connection:
            connection.execute(sa.update(dead_letters).where(dead_letters.c.id == letter).values(status="retried"))
        return True

    def start(self, interval_s: float | None = None) -> None:
        """Land in a thread every `interval_s` seconds, or earlier when `hot_rows` wait; compact every minute."""
        self.interval_s = self.interval_s if interval_s is None else interval_s
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="lander", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the landing under way and stop; what is hot stays readable in the log."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._apart is not None:
            self._apart.close()
            self._apart = None

    def compact(self) -> None:
        """Sort and merge the files of every table that has grown enough."""
        known = tables()
        for name in self.lake.tables():
            if self._stop.is_set():
                return
            self.lake.compact(known[name])

    def _append(self, name: str, rows: Sequence[tuple[int, bytes]]) -> list[Unfit] | None:
        """Land rows of one kind, those that are not there yet; the unfit ones, or None when the kind must wait."""
        kind = tables().get(name)
        if kind is None:
            return None
        try:
            return self._append_typed(kind, rows)
        except Conflict:
            raise
        except Exception as error:  # a full disk or a changed column type must not stop the other kinds
            self.problems[name] = str(error)
            _log.warning("%s waits in the log: %s", name, error)
            return None

    def _append_typed(self, kind: type[Table], rows: Sequence[tuple[int, bytes]]) -> list[Unfit]:
        landed = self.lake.landed(kind, LOG)
        missing = [(offset, body) for offset, body in rows if offset > landed]
        if not missing:
            # A kill came after the append and before the cursor: the unfit rows of the group are still to be buried.
            return unpack(kind, list(rows))[1]
        fitting, unfit = unpack(kind, missing)
        if fitting.num_rows:
            self.lake.append(kind, fitting, LOG, missing[-1][0], after=landed)
        if len(missing) < len(rows):
            unfit = unpack(kind, list(rows))[1]
        return unfit

    def _land_held(self, limit: int) -> int:
        moved = 0
        with self.engine.connect() as connection:
            seen = positions(connection)
        for name in sorted(seen.held.keys() & tables().keys()):
            with self.engine.connect() as connection:
                query = sa.select(log.c.offset, log.c.body).where(
                    log.c.kind == name, log.c.offset > seen.held[name], log.c.offset <= seen.done
                )
                found = connection.execute(query.order_by(log.c.offset).limit(limit)).all()
            rows = [(row.offset, row.body) for row in found]
            try:
                unfit = self._append(name, rows) if rows else []
            except Conflict:
                continue
            if unfit is None:
                continue
            last = rows[-1][0] if len(rows) == limit else None
            seen = self._settle_held(seen, name, last, unfit)
            moved += len(rows)
        return moved

    def _settle_held(self, seen: Positions, name: str, last: int | None, unfit: list[Unfit]) -> Positions:
        """Move a held kind's cursor, or take it away when it has caught up with the others."""
        with self._writer.begin() as connection:
            now = positions(connection)
            if now.held.get(name) != seen.held[name] or (last is None and now.done != seen.done):
                return now
            place(connection, name, last)
            self._bury(connection, unfit)
            self.problems.pop(name, None)
            return positions(connection)

    def _bury(self, connection: sa.Connection, unfit: list[Unfit]) -> None:
        for row in unfit:
            letter = f"lake:{row.offset}"
            if connection.execute(sa.select(dead_letters.c.id).where(dead_letters.c.id == letter)).first():
                continue
            at = connection.execute(sa.select(log.c.at).where(log.c.offset == row.offset)).scalar_one()
            connection.execute(
                sa.insert(dead_letters).values(
                    id=letter, at=at, what="row", consumer="lake", ref=str(row.offset),
                    problem=row.problem, body=row.body, status="waiting",
                )
            )  # fmt: skip

    def _run(self) -> None:
        landed_at = compacted_at = time.monotonic()
        pause = 0.0
        while not self._stop.wait(max(pause, min(1.0, self.interval_s))):
            try:
                if time.monotonic() - landed_at >= self.interval_s or self._hot() >= self.hot_rows:
                    while self._land_somewhere() and not self._stop.is_set():
                        pass
                    landed_at = time.monotonic()
                if time.monotonic() - compacted_at >= _COMPACT_S:
                    self._compact_somewhere()
                    compacted_at = time.monotonic()
                pause = 0.0
            except Exception as error:  # the log still has everything: try again, less and less often
                pause = min(_LATEST, max(1.0, pause * 2))
                self.problems[""] = str(error)
                _log.warning("landing failed, next try in %.0f s: %s", pause, error)

    def _land_somewhere(self, limit: int = 20_000) -> int:
        """`land`, in the process of its own where there is one."""
        if (beside := self._beside()) is None:
            return self.land(limit)
        landed = beside.land(limit)
        self.problems = dict(landed.problems)
        return landed.moved

    def _compact_somewhere(self) -> None:
        if (beside := self._beside()) is None:
            self.compact()
        else:
            beside.compact()

    def _beside(self) -> Apart | None:
        """The process that lands, started when it is needed; None where this one must do it."""
        if self._apart is not None and not (self._apart.alive() and self._apart.current()):
            self._apart.close()
            self._apart = None
        if self.apart and self._apart is None:
            try:
                self._apart = Apart(self.engine, self.lake)
            except LookupError as error:
                self.apart = False
                _log.warning("rows are landed by this process, another one lacks tables: %s", error)
        return self._apart

    def _hot(self) -> int:
        with self.engine.connect() as connection:
            head = connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0
            return head - positions(connection).done
