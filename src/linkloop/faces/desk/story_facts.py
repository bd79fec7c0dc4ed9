"""Facts of a case: rows carry no case of their own, but they stand in the log beside the events that they belong to.

A world's rows come in one delivery with its event; what a link says on hearing an event is written right behind it,
with the event's own time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.store.schema import inbox, log

LOOK = 200  # log lines behind an event that are looked at: a handler says few rows
FEW = 16
BIG = 100  # rows of one delivery that are told: an import is not a story


class Line(NamedTuple):
    """One line of the log; `causes` is the offset of the event that a row belongs to."""

    offset: int
    id: str
    at: int
    kind: str
    key: str
    source: str
    is_event: bool
    body: bytes
    causes: int = 0


def with_facts(connection: sa.Connection, lines: list[Line]) -> list[Line]:
    """The lines of a case (events and decisions, by offset) with the rows of fact that belong to them."""
    known = {line.offset for line in lines}
    found: dict[int, Line] = {line.offset: line for line in lines}
    events = [line for line in lines if line.is_event]
    for start, event in _deliveries(connection, events):
        for line in _between(connection, start, event.offset - 1, event):
            found.setdefault(line.offset, line)
    times = {line.at for line in events}
    reached = 0
    for event in events:
        if event.offset <= reached:
            continue  # already walked through, behind an event before it
        latest = event
        for row in _behind(connection, event.offset):
            if row.offset in known:
                if row.is_event:
                    latest = found[row.offset]
            elif row.is_event or row.case_id or not row.source.startswith("link:") or row.at not in times:
                break  # another story begins
            else:
                found[row.offset] = _line(row, latest.offset)
            reached = row.offset
    return [found[offset] for offset in sorted(found)]


def _deliveries(connection: sa.Connection, events: Iterable[Line]) -> list[tuple[int, Line]]:
    """Where the delivery of each event of a world began."""
    found: list[tuple[int, Line]] = []
    for event in events:
        if event.source.startswith("link:") or event.source in ("", "loop"):
            continue
        external_id = msgspec.json.decode(event.body).get("external_id", "")
        query = sa.select(inbox.c.first).where(inbox.c.source == event.source, inbox.c.external_id == external_id)
        if (first := connection.execute(query).scalar()) is not None:
            found.append((max(int(first), event.offset - BIG), event))
    return found


def _between(connection: sa.Connection, first: int, last: int, event: Line) -> list[Line]:
    return [
        _line(row, event.offset)
        for row in _rows(connection, first, last)
        if not row.is_event and not row.case_id and row.source == event.source
    ]


def _behind(connection: sa.Connection, offset: int) -> Iterator[sa.Row[tuple]]:
    """The log behind an offset, a few lines at a time: most stories end soon."""
    for start in range(offset + 1, offset + LOOK, FEW):
        yield from _rows(connection, start, start + FEW - 1)


def _rows(connection: sa.Connection, first: int, last: int) -> Iterable[sa.Row[tuple]]:
    if last < first:
        return ()
    return connection.execute(sa.select(log).where(log.c.offset.between(first, last)).order_by(log.c.offset)).all()


def _line(row: sa.Row[tuple], causes: int) -> Line:
    return Line(row.offset, row.id, row.at, row.kind, row.key, row.source, bool(row.is_event), row.body, causes)
