"""A small real shop for engine tests: real store, lake and SQL, one link that pays compensation, a recording world."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order, OrderReturned
from linkloop.commerce.parcels import ParcelDelayed, ParcelDelivered
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.remedies import Compensate, RemedyGiven
from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision, decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Accepted, Delivery
from tests.recorder import Recorder

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
YUAN = 100


def make_link() -> Link:
    """Compensates every delayed parcel with a tenth of its order's total; counts days; breaks on a poisoned order."""
    link = Link(
        "helper", title=("Helper", "助手"), says=(RemedyGiven, DayClosed, ParcelDelivered), decides=(Compensate,)
    )

    @link.hears(ParcelDelayed)
    def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
        order = ctx.read(Order, event.order_id)
        if order is None or order.total is None:
            raise LookupError(f"no order {event.order_id}")
        amount = order.total.share(0.1)
        yield RemedyGiven(order_id=order.order_id, customer_id=order.customer_id, remedy="10%", mood="neutral")
        yield decide(
            Compensate(
                order_id=order.order_id, customer_id=order.customer_id, cause="late", amount=amount, at_risk=amount
            ),
            Text(en=f"late by {event.cause}", zh=f"因{event.cause}迟到"),
        )

    @link.hears(PaymentTried)
    def on_payment(ctx: Context, event: PaymentTried) -> Iterator[Table]:
        yield Order(order_id="undeclared", placed_at=ctx.now())

    @link.hears(OrderReturned)
    def circle(ctx: Context, event: OrderReturned) -> Iterator[Table]:
        yield ParcelDelivered(at=ctx.now(), parcel_id="p", order_id="o", customer_id="c", carrier="x", days=1.0)

    @link.hears(ParcelDelivered)
    def round_again(ctx: Context, event: ParcelDelivered) -> Iterator[Table]:
        yield ParcelDelivered(at=ctx.now(), parcel_id="p", order_id="o", customer_id="c", carrier="x", days=1.0)

    @link.hears(DayClosed, slow=True)
    def on_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
        [row] = ctx.sql("SELECT count(*) AS n FROM orders")
        amount = Money(row["n"], "CNY")
        yield decide(
            Compensate(order_id=f"day:{event.day}", customer_id="all", cause="day", amount=amount, at_risk=amount),
            Text(en=f"{row['n']} orders", zh=f"{row['n']} 个订单"),
        )

    return link


def open_small(folder: Path, moods: list[str] | None = None, **settings: object) -> tuple[Shop, Recorder]:
    """The shop, opened but not started, and its recorder."""
    recorder = Recorder(folder / "effects.txt", frozenset({"Compensate", "CancelCompensation"}), moods)
    shop = Shop(Settings(folder=str(folder), **settings), links=[make_link()], worlds=[recorder])  # type: ignore[arg-type]
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    return shop, recorder


def said(external_id: str, *items: Table, source: str = "town") -> Delivery:
    return Delivery(source=source, external_id=external_id, said=items)


def order(n: int | str, yuan: int, customer: str = "c1") -> Order:
    return Order(order_id=f"o{n}", customer_id=customer, placed_at=NOW, total=Money(yuan * YUAN, "CNY"))


def delayed(n: int | str, customer: str = "c1", at: datetime = NOW, **more: str) -> ParcelDelayed:
    later = at + timedelta(days=2)
    return ParcelDelayed(
        at=at, parcel_id=f"p{n}", order_id=f"o{n}", customer_id=customer, expected_at=later, cause="storm", **more
    )


def minute(n: int) -> MinutePassed:
    return MinutePassed(at=NOW + timedelta(minutes=n), shop="s")


def late_parcel(shop: Shop, n: int | str, yuan: int, customer: str = "c1") -> Accepted:
    """Say an order and that it is late; what the engine decides is decided when this returns."""
    return shop.loop.accept([said(f"late:{n}", order(n, yuan, customer), delayed(n, customer))])[0]


def decisions(shop: Shop) -> list[Decision]:
    """All decisions as they stand, in the order in which they were taken."""
    with shop.store.write() as w:
        query = "SELECT decision_id FROM ledger GROUP BY decision_id ORDER BY min(seq)"
        keys = [row[0] for row in w.connection.exec_driver_sql(query)]
        return [d for key in keys if (d := w.facts.get(Decision, key)[0]) is not None]


def settle(shop: Shop, timeout_s: float = 20.0) -> None:
    """Run effects and the slow lane until nothing is open any more."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        shop.loop.turn()
        shop.effects.sweep()
        shop.slow.step()
        with shop.store.read() as connection:
            left = connection.exec_driver_sql(
                "SELECT count(*) FROM outbox WHERE status IN ('waiting','sending','unclear')"
            ).scalar()
        if shop.effects.idle() and not left:
            return
        time.sleep(0.01)
    raise TimeoutError("effects did not settle")


def event_kinds(shop: Shop) -> list[str]:
    """The kinds of all events in the log, in order."""
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT kind FROM log WHERE is_event = 1 ORDER BY offset")
        return [row[0] for row in rows]
