"""The pages of one thing: an order, a customer, a product, a parcel, each with what belongs to it and its timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.conversations import Conversation, Message
from linkloop.commerce.customers import Customer
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import Order, Review
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.money import Money
from linkloop.core.text import Text

MomentKind = Literal["order", "payment", "parcel", "message", "decision", "remedy", "return", "stock", "promise"]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a thing, in words, with the case or thing that tells more."""

    at: datetime
    kind: MomentKind
    text: Text
    trouble: bool = False
    case_id: str = ""
    about: str = ""
    """Where it leads, as `kind/id` of a page: `order/LL1`."""


class AboutDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about a thing, in one line."""

    id: str
    at: datetime
    action_kind: str
    text: Text
    reason: Text
    status: str
    at_risk: Money
    case_id: str
    by: str


class ThingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order with what the product is called."""

    line_no: int
    product_id: str
    title: str
    quantity: int
    price: Money
    freight: Money | None
    place: str


class OrderThing(msgspec.Struct, frozen=True, kw_only=True):
    """An order with all that belongs to it; `sql` has the queries that show the same rows."""

    order: Order
    customer: Customer | None
    lines: list[ThingLine]
    payments: list[Payment]
    parcels: list[Parcel]
    remedies: list[RemedyGiven]
    messages: list[Message]
    talks: list[Conversation]
    reviews: list[Review]
    decisions: list[AboutDecision]
    timeline: list[Moment]
    sql: dict[str, str]


class ParcelThing(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel with its order and customer, and what they were told."""

    parcel: Parcel
    order: Order | None
    customer: Customer | None
    lines: list[ThingLine]
    told: DelayTold | None
    carrier_days: list[int]
    carrier_late: int
    carrier_delivered: int
    messages: list[Message]
    talks: list[Conversation]
    decisions: list[AboutDecision]
    timeline: list[Moment]
    sql: dict[str, str]


class CustomerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of a customer in one line."""

    order_id: str
    placed_at: datetime
    status: str
    total: Money | None
    channel: str


class CustomerThing(msgspec.Struct, frozen=True, kw_only=True):
    """A customer: what they bought, what they were given, what they wrote. `value` is the sum of their orders."""

    customer: Customer
    value: Money
    order_count: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    orders: list[CustomerOrder]
    parcels: list[Parcel]
    remedies: list[RemedyGiven]
    messages: list[Message]
    talks: list[Conversation]
    decisions: list[AboutDecision]
    timeline: list[Moment]
    sql: dict[str, str]


class ProductDay(msgspec.Struct, frozen=True):
    """Units of a product that were sold on one calendar day of the shop."""

    day: str
    units: int
    revenue: int


class ProductPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Stock of a product at a place, and how long it lasts at the pace of the last 14 whole days."""

    place: str
    name: str
    on_hand: int
    on_order: int
    backordered: int
    counted_at: datetime | None
    units_per_day: float
    days_of_cover: float | None
    ends_at: datetime | None


class ProductComing(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that a supplier has promised, or an order to a supplier that waits for a person."""

    place: str
    quantity: int
    arrives_at: datetime | None
    reference: str
    supplier_id: str
    case_id: str
    decision_id: str = ""
    status: str = ""


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """Another product of the same category, with what lies there."""

    product_id: str
    title: str
    price: Money | None
    on_hand: int
    on_order: int


class ProductThing(msgspec.Struct, frozen=True, kw_only=True):
    """A product: how it sells, where it lies, what comes, and what could be sold instead."""

    product: Product
    category: Text
    supplier: Supplier | None
    days: list[ProductDay]
    places: list[ProductPlace]
    coming: list[ProductComing]
    alike: list[Alike]
    orders: list[CustomerOrder]
    decisions: list[AboutDecision]
    timeline: list[Moment]
    sql: dict[str, str]
