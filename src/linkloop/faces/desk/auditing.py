"""Auditing: who changed what and when, with what stood before and after, a page at a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import micros
from linkloop.faces.desk.reading import bounded, number
from linkloop.faces.desk.views import Page
from linkloop.store.audit import Audited, read
from linkloop.store.schema import audit


def audited(
    shop: Shop,
    *,
    by: str = "",
    what: str = "",
    about: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    cursor: str = "",
) -> Page[Audited]:
    """Entries, latest first; `what` is a verb (`rules.live`) or a noun (`rules`), times are real ones."""
    limit = bounded(limit)
    with shop.store.read() as connection:
        found = read(
            connection,
            by=by,
            what=what,
            about=about,
            since=micros(since) if since else 0,
            until=micros(until) if until else 0,
            before_seq=number(cursor) if cursor else 0,
            limit=limit,
        )
    return Page(found, str(found[-1].seq) if len(found) == limit else "")


def verbs(shop: Shop) -> list[str]:
    """Every `what` that is on record, for a filter."""
    with shop.store.read() as connection:
        return list(connection.execute(sa.select(audit.c.what).distinct().order_by(audit.c.what)).scalars())
