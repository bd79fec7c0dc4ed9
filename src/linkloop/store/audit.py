"""The audit: who changed what, when, before and after; written in the transaction of the change itself."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.core.clock import from_micros
from linkloop.store.schema import audit


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change, or attempt at one: `what` is `noun.verb`, `before` and `after` anything that JSON can hold.

    Append it to `turn.w.audit` inside `shop.loop.do`; it commits with the change, or not at all.
    """

    by: str
    what: str
    about: str = ""
    before: Any = None
    after: Any = None

    def __post_init__(self) -> None:
        msgspec.json.encode((self.before, self.after))  # a TypeError here, not when the whole turn is committed


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is on record; `at` is real time, not the shop's clock."""

    seq: int
    at: datetime
    by: str
    what: str
    about: str
    before: Any
    after: Any


def row(entry: Entry) -> tuple[Any, ...]:
    """The entry as a row without its number, which the database gives."""
    at = int(time.time() * 1e6)
    return (at, entry.by, entry.what, entry.about, _json(entry.before), _json(entry.after))


def read(
    connection: sa.Connection,
    *,
    by: str = "",
    what: str = "",
    about: str = "",
    since: int = 0,
    until: int = 0,
    before_seq: int = 0,
    limit: int = 50,
) -> list[Audited]:
    """Entries, latest first. `what`: `rules.live`, or `rules` for all of that noun; times in microseconds."""
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if by:
        query = query.where(audit.c.by == by)
    if what:
        query = query.where(sa.or_(audit.c.what == what, audit.c.what.startswith(f"{what}.", autoescape=True)))
    if about:
        query = query.where(audit.c.about == about)
    if since:
        query = query.where(audit.c.at >= since)
    if until:
        query = query.where(audit.c.at < until)
    if before_seq:
        query = query.where(audit.c.seq < before_seq)
    return [
        Audited(
            seq=r.seq,
            at=from_micros(r.at),
            by=r.by,
            what=r.what,
            about=r.about,
            before=_value(r.before),
            after=_value(r.after),
        )
        for r in connection.execute(query)
    ]


def _json(value: Any) -> bytes | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic")


def _value(body: bytes | None) -> Any:
    return None if body is None else msgspec.json.decode(body)
