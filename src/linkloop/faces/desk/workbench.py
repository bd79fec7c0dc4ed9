"""Workbench: a person's queries: run, watched, stopped, bounded, and remembered for that person."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.browsing import offset_at
from linkloop.faces.desk.contracts import ColumnContract, result_columns
from linkloop.store.schema import settings
from linkloop.store.sql.cancel import Cancel
from linkloop.store.sql.session import rows_of

MOST_ROWS = 100_000
MOST_BYTES = 64 * 1024**2
TIMEOUT_S = 60.0
REMEMBERED = 100
_LONGEST = 20_000

Params = dict[str, str | int | float | bool | None]
RunId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Query = Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]


class SqlRunRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A query to run under an id that its person chooses, by which it can be watched and stopped."""

    id: RunId
    query: Query
    params: Params = {}
    max_rows: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = 10_000
    at: datetime | None = None
    remember: bool = True


class SqlRunResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a query gave. `cut` says why there is more than this: `rows`, `bytes`, or nothing."""

    columns: list[ColumnContract]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: str = ""
    elapsed_ms: float
    at: datetime


class SqlRunState(msgspec.Struct, frozen=True):
    """An own query: whether it runs (any more), for how long, how much is done (0 to 1; None: nobody can tell)."""

    running: bool
    elapsed_ms: float = 0.0
    progress: float | None = None
    stopping: bool = False


class PastQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A query that a person ran; `problem` is the code of its error. `at` is real time."""

    sql: str
    at: datetime
    rows: int = 0
    elapsed_ms: float = 0.0
    problem: str = ""


class Runs:
    """The queries that run now, each known to its own person alone; safe for many threads."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], tuple[Cancel, float]] = {}
        self._lock = threading.Lock()

    def begin(self, who: str, run: str) -> Cancel:
        """A stop button for a new run. Raises Conflict `sql.running` when the id is in use."""
        with self._lock:
            if (who, run) in self._running:
                raise Conflict(
                    "sql.running",
                    Text(en=f"a query {run} runs already", zh=f"查询 {run} 已在运行"),
                    Text(en="Choose another id.", zh="请换一个编号。"),
                )
            cancel = Cancel()
            self._running[who, run] = (cancel, time.perf_counter())
            return cancel

    def end(self, who: str, run: str) -> None:
        """The run is over."""
        with self._lock:
            self._running.pop((who, run), None)

    def state(self, who: str, run: str) -> SqlRunState:
        """How a run stands; one that is over, or somebody else's, does not run."""
        found = self._of(who, run)
        if found is None:
            return SqlRunState(running=False)
        cancel, started = found
        return SqlRunState(True, round((time.perf_counter() - started) * 1000, 1), cancel.progress(), cancel.stopped)

    def stop(self, who: str, run: str) -> SqlRunState:
        """Stop a run; one that is over stays over."""
        if (found := self._of(who, run)) is not None:
            found[0].stop()
        return self.state(who, run)

    def _of(self, who: str, run: str) -> tuple[Cancel, float] | None:
        with self._lock:
            return self._running.get((who, run))


def run(shop: Shop, asked: SqlRunRequest, cancel: Cancel, who: str) -> SqlRunResult:
    """Run a query to its end or its bounds, and remember it. Raises LinkloopError `sql.…` as the door does."""
    started = time.perf_counter()
    rows, problem = 0, ""
    try:
        result = _run(shop, asked, cancel, started)
        rows = len(result.rows)
        return result
    except LinkloopError as error:
        problem = error.code
        raise
    finally:
        if asked.remember:
            elapsed = round((time.perf_counter() - started) * 1000, 1)
            now = from_micros(int(time.time() * 1e6))
            remember(shop, who, PastQuery(sql=asked.query, at=now, rows=rows, elapsed_ms=elapsed, problem=problem))


def _run(shop: Shop, asked: SqlRunRequest, cancel: Cancel, started: float) -> SqlRunResult:
    as_of = None if asked.at is None else offset_at(shop, asked.at)
    rows: list[tuple[Any, ...]] = []
    size, cut = 0, ""
    with shop.door.reading(asked.query, asked.params, timeout_s=TIMEOUT_S, as_of=as_of, cancel=cancel) as found:
        for batch in found.batches:
            rows += rows_of(batch)
            size += batch.nbytes
            if len(rows) > asked.max_rows or size > MOST_BYTES:
                cut = "rows" if len(rows) > asked.max_rows else "bytes"
                break
    return SqlRunResult(
        columns=result_columns("", found.columns, found.types),
        types=found.types,
        rows=tuple(rows[: asked.max_rows]),
        cut=cut,
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
        at=shop.clock.now(),
    )


def remember(shop: Shop, who: str, query: PastQuery) -> None:
    """Put a query at the head of its person's history; the same text again replaces its older entry."""
    query = msgspec.structs.replace(query, sql=query.sql[:_LONGEST])

    def write(turn: Turn) -> None:
        kept = [one for one in _history(current(turn, _place(who))) if one.sql != query.sql]
        body = msgspec.json.encode([query, *kept][:REMEMBERED])
        turn.w.settings.append((_place(who), body, int(time.time() * 1e6), who))

    shop.loop.do(write)


def history(shop: Shop, who: str) -> list[PastQuery]:
    """What a person ran, latest first."""
    with shop.store.read() as connection:
        body = connection.execute(sa.select(settings.c.body).where(settings.c.name == _place(who))).scalar()
    return _history(body)


def forget(shop: Shop, who: str) -> None:
    """Empty a person's history."""
    shop.loop.do(lambda turn: turn.w.settings.append((_place(who), b"[]", int(time.time() * 1e6), who)))


def current(turn: Turn, name: str) -> bytes | None:
    """A setting as this turn sees it: what it has written itself counts."""
    for written in reversed(turn.w.settings):
        if written[0] == name:
            return bytes(written[1])
    return turn.w.connection.execute(sa.select(settings.c.body).where(settings.c.name == name)).scalar()


def _place(who: str) -> str:
    return f"queries/{who}"


def _history(body: bytes | None) -> list[PastQuery]:
    return [] if body is None else msgspec.json.decode(body, type=list[PastQuery])
