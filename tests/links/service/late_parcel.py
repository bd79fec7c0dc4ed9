"""The shop of the late parcel: one customer with a parcel three days late, another customer, the service link."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime
from functools import cache

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.service import link
from tests.links.context import MemoryShop

NOW = datetime(2026, 7, 4, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
LI = Customer(customer_id="c1", name="李雷", language="zh-CN", country="CN", lifetime_value=Money(60_000, "CNY"))
ANN = Customer(customer_id="c2", name="Ann", language="en-GB", country="United Kingdom")
ORDER = Order(
    order_id="LL1001", customer_id="c1", status="shipped", placed_at=datetime(2026, 6, 27, tzinfo=UTC),
    total=Money(20_000, "CNY"), channel="web",
)  # fmt: skip
PARCEL = Parcel(
    parcel_id="PLL1001", order_id="LL1001", customer_id="c1", carrier="顺丰", status="delayed",
    shipped_at=datetime(2026, 6, 28, tzinfo=UTC), promised_at=datetime(2026, 7, 2, 4, 0, tzinfo=UTC),
    expected_at=datetime(2026, 7, 5, 4, 0, tzinfo=UTC),
)  # fmt: skip
OTHERS = Order(
    order_id="LL2002", customer_id="c2", status="shipped", placed_at=datetime(2026, 7, 1, tzinfo=UTC),
    total=Money(900_000, "CNY"), channel="web",
)  # fmt: skip
OTHERS_PARCEL = Parcel(
    parcel_id="PLL2002", order_id="LL2002", customer_id="c2", carrier="DHL", status="shipped",
    shipped_at=datetime(2026, 7, 2, tzinfo=UTC), promised_at=datetime(2026, 7, 6, 12, 0, tzinfo=UTC),
    expected_at=datetime(2026, 7, 6, 12, 0, tzinfo=UTC),
)  # fmt: skip


@cache
def _opened() -> MemoryShop:
    return MemoryShop(link)


def shop(*rows: Table) -> MemoryShop:
    """The shop; `rows` replace rows of the same key. The decision table is proven once and shared."""
    town = copy(_opened())
    town.rows, town.said = {}, []
    town.keep([LI, ANN, ORDER, PARCEL, OTHERS, OTHERS_PARCEL, *rows])
    return town


def message(
    text: str, customer_id: str = "c1", n: int = 1, order_id: str = "", conversation: str = "v1", at: datetime = NOW
) -> MessageReceived:
    """A message that the web channel delivers; `customer_id` is the verified one."""
    return MessageReceived(
        at=at, id=f"e{n}", message_id=f"m{n}", conversation_id=conversation, channel="web", text=text,
        customer_id=customer_id, order_id=order_id,
    )  # fmt: skip
