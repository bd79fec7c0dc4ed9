"""Payments: tries, failures, and the settled facts."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.table import Table


class Payment(Table, frozen=True, kw_only=True, gc=False):
    """One payment of an order, numbered within the order."""

    __table__: ClassVar[str] = "payments"
    __key__: ClassVar[tuple[str, ...]] = ("order_id", "payment_no")
    __index__: ClassVar[tuple[str, ...]] = ("order_id",)

    order_id: str
    payment_no: int
    method: str
    provider: str = ""
    instalments: int = 1
    amount: Money
    status: Literal["paid", "failed", "refunded"] = "paid"
    paid_at: datetime | None = None


class PaymentTried(Event, frozen=True, kw_only=True, gc=False):
    """A provider answered a customer's attempt to pay."""

    __about__: ClassVar[str] = "order_id"

    order_id: str
    provider: str
    amount: Money
    succeeded: bool
    error: str = ""


class PaymentsFailing(Event, frozen=True, kw_only=True, gc=False):
    """Payments through a provider succeed less often than they should; rates are 0 to 1."""

    __about__: ClassVar[str] = "provider"

    provider: str
    success_rate: float
    expected_rate: float
    tried: int
    p_value: float
    since: datetime
    money_waiting: Money
