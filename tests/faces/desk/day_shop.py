"""A shop with ten days of made-up trade in its log: real store, lake, SQL and watch; what a page must show is known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.catalog import CategoryName, Product, Supplier
from linkloop.commerce.conversations import Message
from linkloop.commerce.customers import Browsed, Customer
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import LineSold, Order, OrderLine, OrderPlaced
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.commerce.payments import Payment, PaymentTried
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.stock import StockArrived, StockLevel, StockPromised
from linkloop.commerce.watching import Alert
from linkloop.core.clock import SimClock
from linkloop.core.decision import decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.engine.gate import GatePolicy, Hold
from linkloop.links.watch import link as watch
from tests.recorder import Recorder

NOW = datetime(2026, 11, 24, 8, 7, 31, tzinfo=UTC)  # 16:07 in Shanghai
CUSTOMERS = ("王芳", "单雄", "Emma Brown", "重小庆", "李<b>梅</b>")
GOODS = (("SKU-1", "高跟鞋 · High heels"), ("SKU-2", "长袖衬衫 · Shirt"), ("SKU-3", "保温杯 · Flask"))
PROVIDERS = ("alipay", "wechat_pay")


def paying_link() -> Link:
    """Gives a tenth of the order back for every delay; the gate holds more than 30 yuan."""
    link = Link("payer", title=("Payer", "赔付"), says=(), decides=(Compensate,))

    @link.hears(ParcelDelayed)
    def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
        order = ctx.read(Order, event.order_id)
        assert order is not None
        assert order.total is not None
        amount = order.total.share(0.1)
        yield decide(
            Compensate(order_id=event.order_id, customer_id=event.customer_id, cause="late", amount=amount,
                       at_risk=amount),
            Text(en="it comes late", zh="包裹延误"),
            decide_by=event.at + timedelta(hours=6),
        )  # fmt: skip

    return link


def open_day(folder: Path, **settings: Any) -> Shop:
    """The shop without any trade yet; its clock stands at NOW."""
    gate = GatePolicy(holds=(Hold(action="Compensate", above=3000),))
    chosen = {"gate": gate, **settings}
    shop = Shop(
        Settings(folder=str(folder), **chosen),
        links=[watch, paying_link()],
        worlds=[Recorder(folder / "effects.txt", frozenset({"Compensate"}))],
    )
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(NOW)
    return shop


def trade(shop: Shop, seed: int = 1, orders: int = 400) -> None:
    """Ten days of orders, visits, payments, parcels, messages and stock, said in the order in which they happened."""
    rng = random.Random(seed)
    said: list[tuple[datetime, tuple[Table, ...]]] = []
    begin = NOW - timedelta(days=10)
    catalog: list[Table] = [
        Supplier(supplier_id="SUP", name="好供应商"),
        CategoryName(category="shoes", language="zh", name="女鞋"),
        CategoryName(category="shoes", language="en", name="Shoes"),
        *(Customer(customer_id=f"C{n}", name=name, language="zh") for n, name in enumerate(CUSTOMERS)),
        *(Product(product_id=key, title=title, category="shoes", supplier_id="SUP", price=Money(9900 + n, "CNY"),
                  cost=Money(4000, "CNY")) for n, (key, title) in enumerate(GOODS)),
        *(StockLevel(product_id=key, place=place, on_hand=rng.randrange(90), counted_at=NOW)
          for key, _ in GOODS for place in ("EAST", "WEST")),
    ]  # fmt: skip
    said.append((begin, tuple(catalog)))
    for n in range(orders):
        at = begin + timedelta(seconds=rng.randrange(int(timedelta(days=10) / timedelta(seconds=1))))
        said.append((at, order(rng, n, at)))
    for n in range(orders * 4):
        at = begin + timedelta(seconds=rng.randrange(int(timedelta(days=10) / timedelta(seconds=1))))
        said.append((at, (Browsed(at=at, session_id=f"s{n}", viewed=("SKU-1",), seconds=30),)))
    said += talks(rng)
    said.append((NOW - timedelta(hours=30), promised("PO-1", "SKU-1", timedelta(hours=-2))))
    said.append((NOW - timedelta(hours=29), promised("PO-2", "SKU-2", timedelta(days=3))))
    said.append((NOW - timedelta(hours=28), promised("PO-3", "SKU-3", timedelta(days=1))))
    arrived = StockArrived(at=NOW - timedelta(hours=1), product_id="SKU-3", place="EAST", quantity=9, supplier_id="SUP",
                           ordered_at=NOW - timedelta(days=2), reference="PO-3")  # fmt: skip
    said.append((arrived.at, (arrived,)))
    said.append((NOW - timedelta(hours=3), (alert("orders", "open", NOW - timedelta(hours=3)),)))
    said.append(
        (NOW - timedelta(days=1, hours=2), (alert("provider:alipay", "over", NOW - timedelta(days=1, hours=2)),))
    )
    said.sort(key=lambda one: one[0])
    shop.loop.accept([Delivery(source="town", external_id=f"{n}", said=items) for n, (_, items) in enumerate(said)])


def order(rng: random.Random, n: int, at: datetime) -> tuple[Table, ...]:
    """An order with its lines, its payment tries, and its parcel, which sometimes comes late."""
    key, who = f"LL{n:05d}", rng.randrange(len(CUSTOMERS))
    picked = rng.sample(range(len(GOODS)), rng.randint(1, 2))
    lines = [(GOODS[k][0], rng.randint(1, 3), Money(9900 + k, "CNY")) for k in picked]
    total = Money(sum(price.amount * units for _, units, price in lines), "CNY")
    customer, place = f"C{who}", rng.choice(("EAST", "WEST"))
    provider, failed = rng.choice(PROVIDERS), rng.random() < 0.2
    promised_at = at + timedelta(days=2)
    delivered_at = at + timedelta(days=rng.uniform(1, 4))
    there = delivered_at <= NOW
    found: list[Table] = [
        Order(order_id=key, customer_id=customer, status="delivered" if there else "shipped", placed_at=at, total=total,
              channel="app"),
        *(OrderLine(order_id=key, line_no=m, product_id=product, quantity=units, price=price, place=place, sold_at=at)
          for m, (product, units, price) in enumerate(lines, 1)),
        Parcel(parcel_id=f"P{key}", order_id=key, customer_id=customer, carrier="zto", origin=place, destination="上海",
               status="delivered" if there else "shipped", shipped_at=at + timedelta(hours=1), promised_at=promised_at,
               expected_at=delivered_at, delivered_at=delivered_at if there else None),
        Payment(order_id=key, payment_no=1, method=provider, provider=provider, amount=total, paid_at=at),
        OrderPlaced(at=at, order_id=key, customer_id=customer, place=place, total=total,
                    lines=tuple(LineSold(*line) for line in lines)),
        PaymentTried(at=at, order_id=key, provider=provider, amount=total, succeeded=not failed),
    ]  # fmt: skip
    if failed:
        found.append(PaymentTried(at=at, order_id=key, provider=provider, amount=total, succeeded=True))
    if delivered_at > promised_at and NOW - at < timedelta(days=3):
        found.append(ParcelDelayed(at=at, parcel_id=f"P{key}", order_id=key, customer_id=customer,
                                   expected_at=delivered_at))  # fmt: skip
        if rng.random() < 0.5:
            found.append(DelayTold(parcel_id=f"P{key}", customer_id=customer, conversation_id=f"talk-{key}",
                                   expected_at=delivered_at, told_at=at))  # fmt: skip
    return tuple(found)


def talks(rng: random.Random) -> list[tuple[datetime, tuple[Table, ...]]]:
    """Twenty conversations of the last two days; every third still waits."""
    found: list[tuple[datetime, tuple[Table, ...]]] = []
    for n in range(20):
        asked = NOW - timedelta(minutes=rng.uniform(5, 2000))
        who = f"C{n % len(CUSTOMERS)}"
        said = Message(message_id=f"m{n}", conversation_id=f"talk-{n}", customer_id=who, author="customer",
                       channel="web", text=f"到哪了 {n}", sent_at=asked)  # fmt: skip
        found.append((asked, (said,)))
        if n % 3:
            at = asked + timedelta(seconds=rng.uniform(5, 200))
            found.append((at, (msgspec.structs.replace(said, message_id=f"r{n}", author="bot", sent_at=at),)))
    return found


def promised(reference: str, product: str, left: timedelta) -> tuple[Table, ...]:
    """A supplier's promise that is due `left` after NOW."""
    return (
        StockPromised(at=NOW - timedelta(hours=30), product_id=product, place="EAST", quantity=9, supplier_id="SUP",
                      arrives_at=NOW + left, reference=reference),
    )  # fmt: skip


def alert(metric: str, status: Any, at: datetime) -> Alert:
    """An alert that opened at a moment, over after an hour unless it is open."""
    return Alert(
        alert_id=f"{metric}@{at.isoformat()}", metric=metric, status=status, severity="warning",
        text=Text(en=f"{metric} is unusual", zh=f"{metric} 异常"), opened_at=at,
        ended_at=None if status == "open" else at + timedelta(hours=1), observed=9, expected=3, p_value=1e-7,
    )  # fmt: skip
