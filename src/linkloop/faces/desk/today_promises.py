"""Promises: parcels, delays that customers were told of, goods on order, and decisions that have a time limit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.parcels import Parcel
from linkloop.faces.desk.today_frame import Frame, instant
from linkloop.faces.desk.today_night import Brief
from linkloop.faces.desk.today_views import PromiseCount, PromiseDue, PromiseKind
from linkloop.store.schema import state

SHOWN_OF_A_KIND = 15
SOON = timedelta(days=1)
MEMORY = timedelta(days=14)  # a told delay that is older is history, whatever became of the parcel

# Parcels on their way that are due within a day, and those that came late in the last week, for the comparison.
_PARCELS = """
WITH seen AS MATERIALIZED (
  SELECT parcel_id, order_id, customer_id, promised_at, expected_at, delivered_at FROM parcels
  WHERE status <> 'returned' AND promised_at IS NOT NULL
    AND (delivered_at IS NULL OR delivered_at > promised_at AND delivered_at > $week_ago)
)
SELECT seen.*, (SELECT count(*) FROM seen WHERE delivered_at IS NULL) AS open
FROM seen WHERE promised_at < $soon ORDER BY promised_at, parcel_id
"""
_STOCK = """
SELECT product_id, place, quantity, arrives_at, reference, case_id FROM stock_promised AS p
WHERE reference = '' OR reference NOT IN (SELECT reference FROM stock_arrived)
QUALIFY row_number() OVER (PARTITION BY coalesce(nullif(reference, ''), id) ORDER BY p."at" DESC) = 1
ORDER BY arrives_at, reference
"""
STOCK_SQL = _STOCK.strip()


class Coming(NamedTuple):
    """Goods that a supplier has promised and that have not arrived."""

    product_id: str
    place: str
    quantity: int
    arrives_at: datetime
    reference: str
    case_id: str


class Promises(NamedTuple):
    """What is due, overdue first; how many of each kind; late parcels now, yesterday and a week ago at this time."""

    due: list[PromiseDue]
    counts: list[PromiseCount]
    late: tuple[int, int, int]


def coming(shop: Shop, connection: sa.Connection) -> list[Coming]:
    """Goods on order that were promised and not taken back, the next first."""
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix1 == "undone")
    back = {_reference(body).reference for body in connection.execute(query).scalars()}
    rows = [Coming(*row) for row in shop.door.query(_STOCK).rows]
    return [row for row in rows if not row.reference or row.reference not in back]


def promises(shop: Shop, connection: sa.Connection, day: Frame, held: list[Brief], goods: list[Coming]) -> Promises:
    """Everything that is due."""
    rows = shop.door.query(_PARCELS, {"week_ago": day.so_far(7).end, "soon": day.at + SOON}, max_rows=200_000).rows
    told = _told(connection, day)
    late = tuple(_late(rows, at) for at in (day.at, day.so_far(1).end, day.so_far(7).end))
    by_kind: dict[PromiseKind, list[PromiseDue]] = {
        "decision": [_decision(one, day) for one in held if one.decide_by],
        "parcel": [
            PromiseDue(kind="parcel", key=r[0], due=r[3], overdue=r[3] < day.at, order_id=r[1], customer_id=r[2],
                       expected_at=r[4])
            for r in rows if r[5] is None and r[0] not in told
        ],
        "told": [one for one in told.values() if one.due < day.at + SOON],
        "stock": [_goods(one, day) for one in goods],
    }  # fmt: skip
    opened = {"parcel": (rows[0][6] if rows else 0) - len(told), "told": len(told)}
    counts = [_count(kind, found, day, max(len(found), opened.get(kind, 0))) for kind, found in by_kind.items()]
    titles = _titles(connection, by_kind["stock"])
    due: list[PromiseDue] = []
    for found in by_kind.values():
        due += sorted(found, key=lambda one: (one.due, one.key))[:SHOWN_OF_A_KIND]
    due = [msgspec.structs.replace(one, title=titles.get(one.product_id, "")) if one.product_id else one for one in due]
    return Promises(sorted(due, key=lambda one: (one.due, one.kind, one.key)), counts, (late[0], late[1], late[2]))


def late_sql(at: datetime) -> str:
    """How many parcels are not there although they were promised for before `at`."""
    return (
        "SELECT count(*) AS late_parcels\nFROM parcels\n"
        f"WHERE status <> 'returned' AND delivered_at IS NULL AND promised_at < {instant(at)}"
    )


_SQL: dict[PromiseKind, str] = {
    "decision": (
        "SELECT id, action_kind, about, decide_by, at_risk, at_risk_currency\nFROM decisions\n"
        "WHERE status = 'held' AND decide_by IS NOT NULL\nORDER BY decide_by"
    ),
    "parcel": (
        "SELECT parcel_id, order_id, customer_id, promised_at, expected_at\nFROM parcels\n"
        "WHERE status <> 'returned' AND delivered_at IS NULL AND promised_at IS NOT NULL\n"
        "  AND parcel_id NOT IN (SELECT parcel_id FROM delays_told)\nORDER BY promised_at"
    ),
    "told": (
        "SELECT parcel_id, told.customer_id, told.expected_at, told_at\nFROM delays_told AS told\n"
        "JOIN parcels USING (parcel_id)\nWHERE status <> 'returned' AND delivered_at IS NULL\nORDER BY told.expected_at"
    ),
    "stock": STOCK_SQL,
}


def _late(rows: Iterable[tuple[object, ...]], at: datetime) -> int:
    return sum(row[3] < at and (row[5] is None or row[5] > at) for row in rows)  # type: ignore[operator]


def _count(kind: PromiseKind, found: list[PromiseDue], day: Frame, opened: int) -> PromiseCount:
    return PromiseCount(
        kind=kind,
        open=opened,
        overdue=sum(one.overdue for one in found),
        soon=sum(not one.overdue and one.due < day.at + SOON for one in found),
        sql=_SQL[kind],
    )


def _told(connection: sa.Connection, day: Frame) -> dict[str, PromiseDue]:
    """Told delays of parcels that are still on their way, by parcel."""
    query = sa.select(state.c.body).where(state.c.kind == "delays_told")
    rows = [msgspec.json.decode(body, type=DelayTold) for body in connection.execute(query).scalars()]
    recent = {row.parcel_id: row for row in rows if row.told_at > day.at - MEMORY}
    query = sa.select(state.c.body).where(state.c.kind == "parcels", state.c.key.in_(sorted(recent)))
    parcels = [msgspec.json.decode(body, type=Parcel) for body in connection.execute(query).scalars()]
    return {
        parcel.parcel_id: PromiseDue(
            kind="told", key=parcel.parcel_id, due=recent[parcel.parcel_id].expected_at,
            overdue=recent[parcel.parcel_id].expected_at < day.at, order_id=parcel.order_id,
            customer_id=parcel.customer_id, expected_at=parcel.expected_at,
        )
        for parcel in parcels
        if parcel.delivered_at is None and parcel.status != "returned"
    }  # fmt: skip


def _decision(one: Brief, day: Frame) -> PromiseDue:
    assert one.decide_by is not None
    return PromiseDue(
        kind="decision", key=one.id, due=one.decide_by, overdue=one.decide_by < day.at, action_kind=one.action_kind,
        case_id=one.case_id, order_id=str(one.action.get("order_id", "")),
        customer_id=str(one.action.get("customer_id", "")), product_id=str(one.action.get("product_id", "")),
        place=str(one.action.get("place", "")),
    )  # fmt: skip


def _goods(one: Coming, day: Frame) -> PromiseDue:
    return PromiseDue(
        kind="stock", key=one.reference or f"{one.product_id}|{one.place}", due=one.arrives_at,
        overdue=one.arrives_at < day.at, product_id=one.product_id, place=one.place, quantity=one.quantity,
        case_id=one.case_id,
    )  # fmt: skip


def _titles(connection: sa.Connection, goods: list[PromiseDue]) -> dict[str, str]:
    wanted = sorted({one.product_id for one in goods})
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == "products", state.c.key.in_(wanted))
    return {row.key: _title(row.body).title for row in connection.execute(query)}


class _Reference(msgspec.Struct):
    reference: str = ""


class _Title(msgspec.Struct):
    title: str = ""


_reference = msgspec.json.Decoder(_Reference).decode
_title = msgspec.json.Decoder(_Title).decode
