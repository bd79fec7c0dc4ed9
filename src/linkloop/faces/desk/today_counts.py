"""Counts per minute that the watch keeps: visits, payments and the orders among them, read by key from the state."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.watching import Part, Season
from linkloop.faces.desk.today_frame import Frame, Span
from linkloop.faces.desk.today_views import ProviderToday
from linkloop.store.schema import state

ORDERS, PAYMENTS, VISITS = "orders", "payments", "visits"
LATE = timedelta(minutes=10)  # a day that ended so long ago gets no late events any more


class _Minute(msgspec.Struct, gc=False):
    minute: datetime
    count: int = 0
    of: int = 0


class _Payments(_Minute, gc=False):
    parts: dict[str, Part] = {}


class Minutes(NamedTuple):
    """What was counted in some minutes, oldest first."""

    at: list[datetime]
    count: list[int]
    of: list[int]

    def within(self, span: Span) -> tuple[int, int]:
        """Sums of `count` and `of` over a span."""
        first, last = bisect_left(self.at, span.start), bisect_left(self.at, span.end)
        return sum(self.count[first:last]), sum(self.of[first:last])


class Counts(NamedTuple):
    """Minutes of one metric: today so far, all of yesterday, all of the day a week ago."""

    today: Minutes
    yesterday: Minutes
    last_week: Minutes


_closed: WeakKeyDictionary[Shop, dict[tuple[str, datetime], Minutes]] = WeakKeyDictionary()
_decode = msgspec.json.Decoder(_Minute).decode
_decode_payments = msgspec.json.Decoder(_Payments).decode
_season = msgspec.json.Decoder(Season).decode


def counts(shop: Shop, connection: sa.Connection, metric: str, day: Frame) -> Counts:
    """One metric of three days; days that are closed are read once."""
    kept = _closed.setdefault(shop, {})
    for old in [key for key in kept if key[1] < day.start(8)]:
        del kept[old]
    found: list[Minutes] = []
    for ago in (0, 1, 7):
        span = day.whole(ago)
        minutes = kept.get((metric, span.start))
        if minutes is None:
            minutes = _minutes(connection, metric, Span(span.start, min(span.end, day.at)))
            if span.end + LATE < day.at:
                kept[metric, span.start] = minutes
        found.append(minutes)
    return Counts(*found)


def rate(top: Counts, base: Counts, day: Frame, ago: int, *, of: bool = False) -> float | None:
    """`top` by `base` (or by `top`'s own `of`) of a day so far; None where nothing was counted."""
    which = (0, 1, 7).index(ago)
    span = day.so_far(ago)
    above, own = top[which].within(span)
    below = own if of else base[which].within(span)[0]
    return above / below if below else None


def hourly_rates(top: Minutes, base: Minutes, hours: list[Span], *, of: bool = False) -> list[float | None]:
    """The same by hour."""
    found: list[float | None] = []
    for span in hours:
        above, own = top.within(span)
        below = own if of else base.within(span)[0]
        found.append(above / below if below else None)
    return found


def providers(connection: sa.Connection, day: Frame) -> list[ProviderToday]:
    """Every payment provider that was tried today, the one with the most tries first."""
    today: dict[str, list[int]] = {}
    hour_ago = day.at - timedelta(hours=1)
    for body in _bodies(connection, PAYMENTS, day.so_far()):
        row = _decode_payments(body)
        for provider, part in row.parts.items():
            sums = today.setdefault(provider, [0, 0, 0, 0, 0])
            sums[0] += part.of
            sums[1] += part.count
            sums[4] += part.money
            if row.minute >= hour_ago:
                sums[2] += part.of
                sums[3] += part.count
    return [
        ProviderToday(
            provider=provider,
            tried=sums[0],
            succeeded=sums[1],
            tried_hour=sums[2],
            succeeded_hour=sums[3],
            lost=sums[4],
            usual=_usual(connection, provider),
        )
        for provider, sums in sorted(today.items(), key=lambda item: (-item[1][0], item[0]))
    ]


def season(connection: sa.Connection, metric: str) -> Season | None:
    """What was learned of a metric, or None where nothing was."""
    query = sa.select(state.c.body).where(state.c.kind == "seasons", state.c.key == metric)
    body = connection.execute(query).scalar()
    found = None if body is None else _season(body)
    return found if found is not None and found.levels else None


def conversion_sql(span: Span) -> str:
    """Orders by visits of a span, both as the watch heard them."""
    return (
        "SELECT sum(count) FILTER (metric = 'orders')::DOUBLE\n"
        "  / nullif(sum(count) FILTER (metric = 'visits'), 0) AS conversion\n"
        f"FROM minute_counts\nWHERE {span.sql('minute')}"
    )


def payments_sql(span: Span) -> str:
    """Payments that succeeded by those that were tried."""
    return (
        'SELECT sum(count)::DOUBLE / nullif(sum("of"), 0) AS payment_success\nFROM minute_counts\n'
        f"WHERE metric = 'payments' AND {span.sql('minute')}"
    )


def providers_sql(span: Span) -> str:
    """The same by provider, from the events themselves."""
    return (
        "SELECT provider, count(*) AS tried, count(*) FILTER (succeeded) AS succeeded,\n"
        "  count(*) FILTER (succeeded) / count(*) AS success\n"
        f"FROM payment_tried\nWHERE {span.sql('at')}\nGROUP BY provider ORDER BY tried DESC, provider"
    )


def _usual(connection: sa.Connection, provider: str) -> float | None:
    found = season(connection, f"provider:{provider}")
    return found.levels[0] if found else None


def _minutes(connection: sa.Connection, metric: str, span: Span) -> Minutes:
    rows = [_decode(body) for body in _bodies(connection, metric, span)]
    return Minutes([row.minute for row in rows], [row.count for row in rows], [row.of for row in rows])


def _bodies(connection: sa.Connection, metric: str, span: Span) -> list[bytes]:
    """Bodies of MinuteCount rows: their keys are `<metric>|<minute>`, which sort by time."""
    query = (
        sa.select(state.c.body)
        .where(
            state.c.kind == "minute_counts",
            state.c.key >= f"{metric}|{span.start:%Y-%m-%d %H:%M}",
            state.c.key < f"{metric}|{span.end:%Y-%m-%d %H:%M}",
        )
        .order_by(state.c.key)
    )
    return list(connection.execute(query).scalars())
