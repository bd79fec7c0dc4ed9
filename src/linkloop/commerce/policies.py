"""Policies of service: what may be done for a customer who asks, as questions that decision tables answer."""

from typing import Literal

import msgspec

from linkloop.commerce.orders import OrderStatus
from linkloop.commerce.requests import Claim
from linkloop.core.question import Question

Way = Literal["allow", "no", "person"]
ParcelPlace = Literal["none", "packed", "shipped", "delayed", "delivered", "returned"]


class ReturnAdvice(msgspec.Struct, frozen=True):
    """Whether goods may come back, what postage is kept of the refund (minor units), and why, in a short name.

    `outbound` says whether the freight that the customer paid for the way out goes back too.
    """

    way: Way
    postage: int = 0
    outbound: Literal["kept", "back"] = "kept"
    reason: str = ""


class ReturnPolicy(Question[ReturnAdvice], frozen=True, kw_only=True):
    """May this product come back? Days since delivery (−1: not delivered); value in minor units of what comes back.

    `whole_order`: with it everything that the order holds has come back or is about to.
    """

    days: float
    category: str
    claim: Claim
    value: int
    returns_before: int
    whole_order: bool = False


class CancelAdvice(msgspec.Struct, frozen=True):
    """Whether an order may be cancelled, and a short name of the reason."""

    way: Way
    reason: str = ""


class CancelPolicy(Question[CancelAdvice], frozen=True, kw_only=True):
    """May this order still be cancelled? Value in minor units."""

    status: OrderStatus
    parcel: ParcelPlace
    value: int


class AddressAdvice(msgspec.Struct, frozen=True):
    """Whether an address may be changed, and a short name of the reason."""

    way: Way
    reason: str = ""


class AddressPolicy(Question[AddressAdvice], frozen=True, kw_only=True):
    """May this order go to another address? `changes` is how often it was changed; value in minor units."""

    status: OrderStatus
    parcel: ParcelPlace
    changes: int
    value: int


class ExchangeAdvice(msgspec.Struct, frozen=True):
    """Whether goods may be exchanged, whether they must come back first, and a short name of the reason."""

    way: Way
    come_back: bool = True
    reason: str = ""


class ExchangePolicy(Question[ExchangeAdvice], frozen=True, kw_only=True):
    """May this product be exchanged? Days since delivery (−1: not delivered); value in minor units."""

    days: float
    category: str
    claim: Claim
    in_stock: bool
    value: int


class RefundAdvice(msgspec.Struct, frozen=True):
    """What to do about money that a customer asks for: pay it, say where it is, ask for the goods, or a person."""

    way: Literal["pay", "paid", "wait", "return_first", "nothing", "person"]
    reason: str = ""


class RefundPolicy(Question[RefundAdvice], frozen=True, kw_only=True):
    """Where does this refund stand? `owed` and `refunded` in minor units; hours since it became due (−1: it is not)."""

    status: OrderStatus
    paid: bool
    owed: int
    refunded: int
    hours: float
    return_open: bool


class PriceAdvice(msgspec.Struct, frozen=True):
    """Whether the difference is given back, at most how much of what was paid, and a short name of the reason."""

    way: Way
    percent_cap: float = 0.0
    reason: str = ""


class PriceProtectionPolicy(Question[PriceAdvice], frozen=True, kw_only=True):
    """Is the difference to today's lower price given back? Days since the order, the drop in percent, minor units."""

    days: float
    drop_percent: float
    amount: int
    status: OrderStatus


class InvoiceAdvice(msgspec.Struct, frozen=True):
    """Whether an invoice is written now, and a short name of the reason."""

    way: Way
    reason: str = ""


class InvoicePolicy(Question[InvoiceAdvice], frozen=True, kw_only=True):
    """May an invoice be written for this order? Days since the order."""

    status: OrderStatus
    paid: bool
    days: float
    issued: bool


class CouponAdvice(msgspec.Struct, frozen=True):
    """What a question about coupons leads to: an article, price protection, or a person."""

    way: Literal["article", "price_protection", "person"]
    reason: str = ""


class CouponPolicy(Question[CouponAdvice], frozen=True, kw_only=True):
    """How is this question about coupons answered? `broken` that one does not work, `after` that it is about a price
    that fell after buying."""

    broken: bool
    after: bool
    orders: int
