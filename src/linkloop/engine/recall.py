"""Recall: the alarms that waited at a past offset, and those that rang in a period, for a replay to hear again."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from linkloop.commerce.time import Alarm, AlarmRang
from linkloop.core.clock import micros
from linkloop.core.table import join_key, key_of
from linkloop.store.alarms import AlarmQueue, Waiting
from linkloop.store.schema import log


def recall(connection: sa.Connection, queue: AlarmQueue, since: int, until: int) -> None:
    """Fill a replay's queue as it stood at `since`. What rang in (since, until] is heard where it rang, and so is not
    taken by time; what only the replay sets rings as its time passes."""
    queue.recalled = frozenset((due, key) for key, due in _rung(connection, since, until))
    waiting = {w.key: (offset, w) for offset, w in _set(connection, since)}
    now = connection.execute(
        sa.select(sa.func.max(log.c.at)).where(log.c.is_event == 1, log.c.offset <= since)
    ).scalar()
    due = {key: offset for key, (offset, w) in waiting.items() if w.due <= (now or 0)}
    over: set[tuple[str, int]] = set(_rung(connection, min(due.values()), since)) if due else set()
    for key, (_, alarm) in sorted(waiting.items()):
        if (key, alarm.due) not in over:
            queue.put(alarm)


def place_of(event: AlarmRang) -> tuple[str, int]:
    """The key of the alarm that rang, and when it was due (microseconds)."""
    return join_key((event.about, event.name)), micros(event.due)


def _set(connection: sa.Connection, since: int) -> list[tuple[int, Waiting]]:
    """The last word about each alarm by an offset, without those that were switched off."""
    last = (
        sa.select(sa.func.max(log.c.offset))
        .where(log.c.kind == "alarms", log.c.is_event == 0, log.c.offset <= since)
        .group_by(log.c.key)
    )
    rows = connection.execute(sa.select(log.c.offset, log.c.at, log.c.body).where(log.c.offset.in_(last)))
    found = [(row.offset, row.at, msgspec.json.decode(row.body, type=Alarm)) for row in rows]
    return [(offset, Waiting(key_of(a), micros(a.due), a.about, a.name, at)) for offset, at, a in found if not a.off]


def _rung(connection: sa.Connection, since: int, until: int) -> list[tuple[str, int]]:
    query = sa.select(log.c.body).where(log.c.kind == "alarm_rang", log.c.offset > since, log.c.offset <= until)
    return [place_of(msgspec.json.decode(row.body, type=AlarmRang)) for row in connection.execute(query)]
