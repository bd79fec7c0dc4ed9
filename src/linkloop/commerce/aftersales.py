"""After-sales: what became of requests about an order: addresses, returns, invoices, stock that is kept."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.money import Money
from linkloop.core.table import Table


class DeliveryAddress(Table, frozen=True, kw_only=True, gc=False):
    """Where an order goes, as the warehouse has it now; `changes` counts how often that was changed."""

    __table__: ClassVar[str] = "delivery_addresses"
    __key__: ClassVar[tuple[str, ...]] = ("order_id",)

    order_id: str
    address: str
    city: str = ""
    changes: int = 0
    since: datetime | None = None


class ReturnCase(Table, frozen=True, kw_only=True, gc=False):
    """One product that comes back, for money or for another: `label` is what it travels with.

    `amount` is what goes back, or went; `outbound` what of it is the freight of the way out, which goes back when all
    of the order has come back. `sent_parcel` is the parcel of the replacement.
    """

    __table__: ClassVar[str] = "return_cases"
    __key__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")
    __index__: ClassVar[tuple[str, ...]] = ("order_id", "customer_id")

    order_id: str
    product_id: str
    customer_id: str
    kind: Literal["return", "exchange", "replacement"] = "return"
    quantity: int = 1
    status: Literal["labelled", "received", "refunded", "sent", "cancelled"] = "labelled"
    label: str = ""
    amount: Money | None = None
    outbound: Money | None = None
    sent_parcel: str = ""
    opened_at: datetime
    received_at: datetime | None = None
    closed_at: datetime | None = None


class Invoice(Table, frozen=True, kw_only=True, gc=False):
    """The invoice of an order."""

    __table__: ClassVar[str] = "invoices"
    __key__: ClassVar[tuple[str, ...]] = ("order_id",)

    order_id: str
    invoice_no: str
    title: str
    tax_number: str = ""
    amount: Money
    issued_at: datetime


class StockHold(Table, frozen=True, kw_only=True, gc=False):
    """Units that are kept for a replacement until `until`; they are no longer on hand for others."""

    __table__: ClassVar[str] = "stock_holds"
    __key__: ClassVar[tuple[str, ...]] = ("order_id", "product_id")

    order_id: str
    product_id: str
    wave: str = ""
    place: str = ""
    quantity: int = 1
    until: datetime
    state: Literal["kept", "released", "used"] = "kept"
