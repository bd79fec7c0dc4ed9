"""Figures of the desk: how soon customers were answered, by whom, in time or not, and how content they were."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.desk import CustomerWait
from linkloop.faces.desk.service_queue import live_rows
from linkloop.store.sql.session import repr_sql

_DAYS = """
WITH days AS (SELECT CAST($first AS DATE) + CAST(range AS INTEGER) AS day FROM range(0, $days)),
waits AS (SELECT CAST(answered_at AS DATE) AS day, epoch(answered_at) - epoch(since) AS seconds, author, first, late
  FROM customer_waits WHERE answered_at IS NOT NULL),
talks AS (SELECT * FROM conversations WHERE continued_by = ''),
a AS (SELECT day, count(*) AS answers, count(*) FILTER (author = 'person') AS by_person, count(*) FILTER (late) AS late,
    median(seconds) FILTER (first) AS first_s, quantile_cont(seconds, 0.9) FILTER (first) AS first_p90_s
  FROM waits GROUP BY day),
o AS (SELECT CAST(opened_at AS DATE) AS day, count(*) AS opened, count(*) FILTER (handed_over > 0) AS handed_over
  FROM talks GROUP BY day),
s AS (SELECT CAST(solved_at AS DATE) AS day, count(*) AS solved,
    median(epoch(solved_at) - epoch(opened_at)) AS solving_s, count(*) FILTER (stars > 0) AS rated,
    avg(stars) FILTER (stars > 0) AS stars
  FROM talks WHERE solved_at IS NOT NULL GROUP BY day)
SELECT days.day, coalesce(opened, 0) AS opened, coalesce(handed_over, 0) AS handed_over, coalesce(solved, 0) AS solved,
  coalesce(answers, 0) AS answers, coalesce(by_person, 0) AS by_person, coalesce(late, 0) AS late, first_s, first_p90_s,
  solving_s, coalesce(rated, 0) AS rated, stars
FROM days LEFT JOIN a USING (day) LEFT JOIN o USING (day) LEFT JOIN s USING (day) ORDER BY day
"""


class ServiceDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the shop. Seconds are medians (and the 90th percentile) of first answers, and from opening to solved.

    `stars` is the mean of those conversations solved that day that were rated; None where there was nothing.
    """

    day: date
    opened: int
    handed_over: int
    solved: int
    answers: int
    by_person: int
    late: int
    first_s: float | None
    first_p90_s: float | None
    solving_s: float | None
    rated: int
    stars: float | None


class ServiceFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Days, oldest first, and the SQL that they come from."""

    days: list[ServiceDay]
    sql: str


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that took longer than it may; without `answered_at` it still lasts. `late_s` is by how much."""

    wait: CustomerWait
    late_s: int
    held_by: str = ""


def figures(shop: Shop, days: int) -> ServiceFigures:
    """The last `days` days of the shop, today included."""
    last = shop.clock.now().astimezone(shop.zone).date()
    first = (last - timedelta(days=days - 1)).isoformat()
    query = _DAYS.replace("$days", str(days))
    rows = shop.door.query(query, {"first": first}, max_rows=400).dicts()
    sql = query.strip().replace("$first", repr_sql(first))
    return ServiceFigures(days=[msgspec.convert(row, ServiceDay) for row in rows], sql=sql)


def breaches(shop: Shop, limit: int) -> list[Breach]:
    """Waits that are late now, longest first, then those that were, latest first."""
    now = shop.clock.now()
    open_now = [
        Breach(
            wait=CustomerWait(
                conversation_id=row.conversation_id, since=row.unanswered_since, due_at=row.answer_by,
                channel=row.channel, late=True,
            ),
            late_s=_seconds(row.answer_by, now),
            held_by=row.held_by,
        )
        for row in _late(shop, now)
        if row.unanswered_since is not None and row.answer_by is not None
    ]  # fmt: skip
    query = "SELECT * FROM customer_waits WHERE late ORDER BY answered_at DESC, conversation_id LIMIT $n"
    done = [msgspec.convert(_plain(r), CustomerWait) for r in shop.door.query(query, {"n": limit}).dicts()]
    were = [
        Breach(wait=w, late_s=_seconds(w.due_at, w.answered_at), held_by=w.by)
        for w in done
        if w.due_at and w.answered_at
    ]
    return [*sorted(open_now, key=lambda b: (-b.late_s, b.wait.conversation_id)), *were][:limit]


def _late(shop: Shop, now: datetime) -> list[Conversation]:
    with shop.store.read() as connection:
        return [row for row in live_rows(connection) if row.answer_by is not None and row.answer_by < now]


def _seconds(due: datetime, at: datetime) -> int:
    return int((at - due).total_seconds())


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in CustomerWait.__struct_fields__}
