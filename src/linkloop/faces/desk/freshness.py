"""Freshness: how late a table is against the shop's clock, judged by the pauses that it usually makes."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any, Literal
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.time import MinutePassed
from linkloop.core.clock import from_micros
from linkloop.core.event import Event
from linkloop.core.table import Table, table_name
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.contracts import class_columns, contract
from linkloop.store.schema import log

State = Literal["fresh", "late", "learning", "static", "empty"]
DAYS = 30
LOOKED_BACK = timedelta(days=14)
TOLERANCE = 1.5
LEAST_PAUSE_S = 300.0
FEWEST_DAYS, FEWEST_TIMES = 3, 30
MANY_DAYS = 5
KEPT_S = 60.0
# Moments that lie ahead or behind what happened say nothing of when a row came.
_AHEAD = frozenset({"expected_at", "promised_at", "arrives_at", "until", "decide_by", "quiet_until"})


class DayRows(msgspec.Struct, frozen=True):
    """Rows of one calendar day of the shop."""

    day: str
    rows: int


class TableFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """How a table stands at `at`, the shop's clock.

    `last_at`: the latest moment in its own time column (`time_column`; empty: when rows arrived). `arrived_at`: when
    its last row came into the log, to the minute. `lag_s` is the present pause, `usual_pause_s` the longest that is
    usual for it; `late` means that the present one is half as long again. `learning`: too few days to know its rhythm;
    `static`: nothing came in the days that were looked at. A row version that was replaced counts in `replaced` once
    the lake has sorted it out.
    """

    name: str
    at: datetime
    state: State
    rows: int | None
    hot: int = 0
    cold: int = 0
    replaced: int = 0
    last_at: datetime | None = None
    arrived_at: datetime | None = None
    time_column: str = ""
    lag_s: float | None = None
    usual_pause_s: float | None = None
    days: list[DayRows] = []


class _Kept(msgspec.Struct, frozen=True):
    made: float
    last: int
    found: TableFreshness


def freshness(shop: Shop, name: str) -> TableFreshness:
    """How fresh a table, an event or a view is; a view is as late as the latest of what it is made of.

    Raises NotFound `table.unknown`.
    """
    kind = tables().get(name)
    return _of_view(shop, name) if kind is None else _of_class(shop, name, kind)


def time_column(kind: type[Table]) -> str:
    """The column that says when a row of a class came about; empty where it has none."""
    if issubclass(kind, Event):
        return "at"
    told = [one for one in class_columns(kind) if one.form == "instant" and one.name not in _AHEAD]
    first = next((one.name for one in told if one.needed), told[0].name if told else "")
    return first or next((one.name for one in class_columns(kind) if one.form == "day"), "")


def _of_view(shop: Shop, name: str) -> TableFreshness:
    sources = [freshness(shop, source) for source in contract(shop, name).sources]
    now = shop.clock.now()
    moving = [one for one in sources if one.state in ("fresh", "late")]
    worst = max(moving, key=lambda one: (one.state == "late", one.lag_s or 0.0), default=None)
    if worst is None:
        told = {one.state for one in sources} - {"empty"}
        state: State = "learning" if "learning" in told else "static" if told else "empty"
        return TableFreshness(name=name, at=now, state=state, rows=None)
    return TableFreshness(
        name=name,
        at=now,
        state=worst.state,
        rows=None,
        last_at=worst.last_at,
        arrived_at=worst.arrived_at,
        lag_s=worst.lag_s,
        usual_pause_s=worst.usual_pause_s,
    )


def _of_class(shop: Shop, name: str, kind: type[Table]) -> TableFreshness:
    """Looked at anew when it has changed, and not more often than every `KEPT_S` real seconds."""
    kept = _book(shop).get(name)
    if kept is None or time.monotonic() - kept.made > KEPT_S:
        stored = shop.door.stored(kind)
        if kept is None or kept.last != stored.last:
            kept = _Kept(time.monotonic(), stored.last, _look(shop, name, kind))
        else:
            kept = msgspec.structs.replace(kept, made=time.monotonic())
        with _LOCK:
            _book(shop)[name] = kept
    return _judged(kept.found, shop.clock.now())


def _judged(found: TableFreshness, now: datetime) -> TableFreshness:
    """The same table at a later moment of the shop's clock."""
    if found.last_at is None or found.state == "static":
        return msgspec.structs.replace(found, at=now)
    lag = max(0.0, (now - found.last_at).total_seconds())
    usual = found.usual_pause_s
    late = usual is not None and lag > max(usual * TOLERANCE, LEAST_PAUSE_S)
    state: State = "learning" if usual is None else "late" if late else "fresh"
    return msgspec.structs.replace(found, at=now, lag_s=lag, state=state)


def _look(shop: Shop, name: str, kind: type[Table]) -> TableFreshness:
    now, column = shop.clock.now(), time_column(kind)
    stored = shop.door.stored(kind)
    if not stored.hot + stored.cold + stored.replaced:
        return TableFreshness(name=name, at=now, state="empty", rows=0, time_column=column)
    row = shop.door.query(_question(name, kind, column), {"now": now, "since": now - LOOKED_BACK}).dicts()[0]
    pauses = sorted(row["pauses"] or [])
    return TableFreshness(
        name=name,
        at=now,
        state="learning" if row["times"] > 1 else "static",
        rows=row["rows"],
        hot=stored.hot,
        cold=stored.cold,
        replaced=stored.replaced,
        last_at=row["last_at"],
        arrived_at=_arrived(shop, row["last_offset"], row["last_minute"], now),
        time_column=column,
        usual_pause_s=_usual(pauses, row["times"]),
        days=[DayRows(one["day"], one["rows"]) for one in row["days"] or []],
    )


def _usual(pauses: list[float], times: int) -> float | None:
    """The longest pause of the days looked at, the worst day left out: a single failure is no habit."""
    days = len(pauses)
    return pauses[-2] if days >= MANY_DAYS or (days >= FEWEST_DAYS and times >= FEWEST_TIMES) else None


def _question(name: str, kind: type[Table], column: str) -> str:
    """One query for all that is needed; moments ahead of the clock are left out, pauses are told by day."""
    forms = {one.name: one.form for one in class_columns(kind)}
    minutes = table_name(MinutePassed)
    if not column:
        source = (
            f'SELECT m."at" AS t, r."_offset" AS o FROM "{name}" AS r '
            f'ASOF LEFT JOIN "{minutes}" AS m ON r."_offset" >= m."_offset"'
        )
    elif forms[column] == "day":
        source = f'SELECT try_cast("{column}" AS DATE)::TIMESTAMPTZ AS t, "_offset" AS o FROM "{name}"'
    else:
        source = f'SELECT "{column}" AS t, "_offset" AS o FROM "{name}"'
    return f"""
WITH all_rows AS MATERIALIZED ({source}),
timed AS (SELECT t, CAST(t AS DATE) AS d FROM all_rows WHERE t <= $now),
moments AS (SELECT DISTINCT t, d FROM timed WHERE t > $since),
gaps AS (SELECT d, epoch(t - lag(t) OVER (ORDER BY t)) AS gap FROM moments),
daily AS (SELECT d, max(gap) AS gap FROM gaps WHERE gap IS NOT NULL GROUP BY d),
days AS (SELECT d, count(*) AS n FROM timed GROUP BY d ORDER BY d DESC LIMIT {DAYS})
SELECT
  (SELECT count(*) FROM all_rows) AS rows,
  (SELECT max(t) FROM timed) AS last_at,
  (SELECT max(o) FROM all_rows) AS last_offset,
  (SELECT max("at") FROM "{minutes}" WHERE "_offset" <= (SELECT max(o) FROM all_rows)) AS last_minute,
  (SELECT count(*) FROM moments) AS times,
  (SELECT list(gap) FROM daily) AS pauses,
  (SELECT list({{'day': strftime(d, '%Y-%m-%d'), 'rows': n}} ORDER BY d) FROM days) AS days"""


def _arrived(shop: Shop, offset: int, minute: datetime | None, now: datetime) -> datetime | None:
    """When a log offset was given, by the shop's clock: the last minute before it, or what the log itself says."""
    with shop.store.read() as connection:
        at = connection.execute(sa.select(log.c.at).where(log.c.offset == offset)).scalar()
    told: list[Any] = [one for one in (minute, None if at is None else from_micros(at)) if one is not None]
    return min(max(told), now) if told else None


def _book(shop: Shop) -> dict[str, _Kept]:
    return _BOOKS.setdefault(shop, {})


_BOOKS: WeakKeyDictionary[Shop, dict[str, _Kept]] = WeakKeyDictionary()
_LOCK = threading.Lock()
