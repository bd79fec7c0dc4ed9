"""Browsing: a window onto the rows of a table, sorted and filtered by SQL, all windows as of one moment."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import micros
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.contracts import ColumnContract, contract
from linkloop.faces.desk.filters import ColumnFilter, Sort, order, quote, where
from linkloop.store.columns import OFFSET
from linkloop.store.schema import log
from linkloop.store.sql.cancel import Cancel
from linkloop.store.store import head_of

WINDOW = 500
TIMEOUT_S = 30.0


class BrowseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows `start` … `start + limit` of a table. `as_of` is a log offset: give the first answer's to every next window.

    `at` asks for the table as it was at a moment of the shop's clock instead.
    """

    start: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=0, le=WINDOW)] = 100
    filters: Annotated[tuple[ColumnFilter, ...], msgspec.Meta(max_length=20)] = ()
    sort: Annotated[tuple[Sort, ...], msgspec.Meta(max_length=4)] = ()
    as_of: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] | None = None
    at: datetime | None = None
    count: bool = True


class BrowseWindow(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows, how many there are in all under these filters (None: not asked), as of which log offset, and the same
    question as SQL."""

    columns: list[ColumnContract]
    rows: tuple[tuple[Any, ...], ...]
    types: tuple[str, ...]
    start: int
    total: int | None
    as_of: int
    sql: str
    elapsed_ms: float


def browse(shop: Shop, name: str, asked: BrowseRequest, cancel: Cancel | None = None) -> BrowseWindow:
    """A window of a table's rows. Raises NotFound `table.unknown`, LinkloopError `filter.invalid`."""
    told = contract(shop, name)
    as_of = asked.as_of
    if as_of is None:
        as_of = offset_at(shop, asked.at) if asked.at is not None else _head(shop)
    condition = where(told.columns, asked.filters)
    kind = tables().get(name)
    ties = [*told.key, OFFSET] if kind else []
    # A view has no key: its rows are ordered by all their columns, or a window could show one twice.
    ties = ties or [column.name for column in told.columns]
    ordered = order(told.columns, asked.sort or _usual(told.noun), ties)
    names = ", ".join(quote(column.name) for column in told.columns)
    head = f"FROM {quote(name)} {condition.sql}"
    found = shop.door.query(
        f"SELECT {names} {head} {ordered} LIMIT {asked.limit} OFFSET {asked.start}",
        condition.params,
        max_rows=asked.limit,
        timeout_s=TIMEOUT_S,
        as_of=as_of,
        cancel=cancel,
    )
    total = None
    if asked.count:
        counted = shop.door.query(
            f"SELECT count(*) {head}", condition.params, timeout_s=TIMEOUT_S, as_of=as_of, cancel=cancel
        )
        total = int(counted.rows[0][0])
    return BrowseWindow(
        columns=told.columns,
        rows=found.rows,
        types=found.types,
        start=asked.start,
        total=total,
        as_of=as_of,
        sql=_shown(name, condition.text, order(told.columns, asked.sort or _usual(told.noun), [])),
        elapsed_ms=found.elapsed_ms,
    )


def offset_at(shop: Shop, at: datetime) -> int:
    """The last log offset that the shop had come to when its clock stood at `at`; 0 before its first word."""
    minutes = shop.door.query(
        'SELECT max("_offset") FILTER ("at" <= $at), min("_offset") FILTER ("at" > $at) FROM minute_passed', {"at": at}
    )
    before, after = minutes.rows[0]
    # The clock's own events stand at every minute; what lies between two of them is told by its own time.
    query = sa.select(sa.func.max(log.c.offset)).where(log.c.offset > (before or 0), log.c.at <= micros(at))
    if after is not None:
        query = query.where(log.c.offset < after)
    with shop.store.read() as connection:
        found = connection.execute(query).scalar()
    return int(found or before or 0)


def _usual(noun: str) -> tuple[Sort, ...]:
    return () if noun == "view" else (Sort(column=OFFSET, down=True),)


def _head(shop: Shop) -> int:
    with shop.store.read() as connection:
        return head_of(connection)


def _shown(name: str, condition: str, ordered: str) -> str:
    plain = name if name.isidentifier() else quote(name)
    return "\n".join(part for part in ("SELECT *", f"FROM {plain}", condition, ordered) if part)
