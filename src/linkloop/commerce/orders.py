"""Orders, their lines, reviews and returns."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.table import Table

OrderStatus = Literal["placed", "paid", "shipped", "delivered", "cancelled", "unavailable", "returned"]


class Order(Table, frozen=True, kw_only=True, gc=False):
    """One order as it stands. `total` is what the customer pays, freight included."""

    __table__: ClassVar[str] = "orders"
    __key__: ClassVar[tuple[str, ...]] = ("order_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    order_id: str
    customer_id: str = ""
    status: OrderStatus = "placed"
    placed_at: datetime
    approved_at: datetime | None = None
    total: Money | None = None
    channel: str = ""
    region: str = ""
    country: str = ""


class OrderLine(Table, frozen=True, kw_only=True, gc=False):
    """One line of an order; a negative quantity is a return booked as a line. `price` per unit, `freight` per line."""

    __table__: ClassVar[str] = "order_lines"
    __key__: ClassVar[tuple[str, ...]] = ("order_id", "line_no")
    __index__: ClassVar[tuple[str, ...]] = ("order_id",)

    order_id: str
    line_no: int
    product_id: str
    quantity: int
    price: Money
    freight: Money | None = None
    seller_id: str = ""
    place: str = ""
    sold_at: datetime | None = None


class Review(Table, frozen=True, kw_only=True, gc=False):
    """What a customer thought of an order, 1 to 5 stars."""

    __table__: ClassVar[str] = "reviews"
    __key__: ClassVar[tuple[str, ...]] = ("review_id", "order_id")

    review_id: str
    order_id: str
    stars: int
    title: str = ""
    text: str = ""
    written_at: datetime | None = None
    answered_at: datetime | None = None


class LineSold(msgspec.Struct, frozen=True, gc=False):
    """A product, how many, and the price of one, inside an event."""

    product_id: str
    quantity: int
    price: Money


class OrderPlaced(Event, frozen=True, kw_only=True, gc=False):
    """A customer placed an order; it ships from `place`."""

    __about__: ClassVar[str] = "order_id"

    order_id: str
    customer_id: str
    place: str
    lines: tuple[LineSold, ...]
    total: Money
    channel: str = ""
    region: str = ""


class OrderReturned(Event, frozen=True, kw_only=True, gc=False):
    """Goods of an order came back to `place`."""

    __about__: ClassVar[str] = "order_id"

    order_id: str
    customer_id: str
    place: str
    lines: tuple[LineSold, ...]
    cause: str = ""
