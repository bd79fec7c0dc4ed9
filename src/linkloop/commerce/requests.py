"""Requests: what customers ask to be done about their orders, as actions that the shop's world carries out."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.action import Action
from linkloop.core.money import Money

Claim = Literal["none", "changed_mind", "size", "defective", "damaged", "wrong_item", "not_as_described"]


class CancelOrder(Action, frozen=True, kw_only=True):
    """Cancel an order that has not been shipped; what was paid goes back the way it came."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id",)
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str


class ChangeAddress(Action, frozen=True, kw_only=True):
    """Send an order that has not been picked up to another address, as its customer confirmed it.

    What an address change risks is the goods: `at_risk` is the order's value. `before` is the address that it
    replaces, so that two changes there and back are two effects.
    """

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "address", "before")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    address: str
    before: str = ""


class OpenReturn(Action, frozen=True, kw_only=True):
    """Let a product of an order come back: a label goes out, and the refund when the goods are here.

    `amount` is what goes back then, after `fee` (return postage that the customer bears), with `outbound` in it: the
    freight of the way out, which goes back once the whole order has come back.
    """

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __undo__: ClassVar[str] = "CancelReturn"

    order_id: str
    customer_id: str
    product_id: str
    quantity: int
    claim: Claim = "none"
    amount: Money
    fee: Money
    outbound: Money | None = None


class OpenExchange(Action, frozen=True, kw_only=True):
    """Let a product come back for `wanted`, whose stock has been reserved for it under `wave`."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __fixed__: ClassVar[tuple[str, ...]] = ("wanted", "wave")
    __undo__: ClassVar[str] = "CancelReturn"

    order_id: str
    customer_id: str
    product_id: str
    quantity: int
    wanted: str
    wave: str
    claim: Claim = "none"


class CancelReturn(Action, frozen=True, kw_only=True):
    """Take a return or an exchange back whose goods have not arrived."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    product_id: str


class RefundOrder(Action, frozen=True, kw_only=True):
    """Give back what a customer is owed for an order, once per cause (a return that arrived, a cancelled order)."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "cause")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __scale__: ClassVar[str] = "amount"

    order_id: str
    customer_id: str
    cause: str
    amount: Money


class IssueInvoice(Action, frozen=True, kw_only=True):
    """Write the invoice of an order to a title (a person or a company); an order has one."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id",)
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    title: str
    tax_number: str = ""
    amount: Money


class ProtectPrice(Action, frozen=True, kw_only=True):
    """Give back the difference to today's lower price of a product that an order holds, once."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __scale__: ClassVar[str] = "amount"

    order_id: str
    customer_id: str
    product_id: str
    amount: Money


class ReserveStock(Action, frozen=True, kw_only=True):
    """Keep units of a product for a replacement until `until`, instead of what was bought; `wave`: which offer."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id", "wave")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __fixed__: ClassVar[tuple[str, ...]] = ("instead_of",)
    __undo__: ClassVar[str] = "ReleaseStock"

    order_id: str
    customer_id: str
    product_id: str
    quantity: int
    wave: str
    until: datetime
    claim: Claim = "none"
    instead_of: str = ""


class ReleaseStock(Action, frozen=True, kw_only=True):
    """Put units that were kept for a replacement back on the shelf: nobody accepted the offer in time."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id", "wave")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    product_id: str
    wave: str


class SendReplacement(Action, frozen=True, kw_only=True):
    """Send units that were reserved to a customer whose goods came broken, wrong or not at all; nothing comes back."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __fixed__: ClassVar[tuple[str, ...]] = ("wave",)

    order_id: str
    customer_id: str
    product_id: str
    quantity: int
    wave: str
    claim: Claim = "none"
