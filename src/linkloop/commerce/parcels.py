"""Parcels on their way to a customer."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.event import Event
from linkloop.core.table import Table

ParcelStatus = Literal["packed", "shipped", "delayed", "delivered", "returned"]


class Parcel(Table, frozen=True, kw_only=True, gc=False):
    """One parcel as it stands; `promised_at` is what the customer was told."""

    __table__: ClassVar[str] = "parcels"
    __key__: ClassVar[tuple[str, ...]] = ("parcel_id",)
    __index__: ClassVar[tuple[str, ...]] = ("order_id", "customer_id")

    parcel_id: str
    order_id: str
    customer_id: str = ""
    carrier: str = ""
    status: ParcelStatus = "packed"
    origin: str = ""
    destination: str = ""
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    expected_at: datetime | None = None
    delivered_at: datetime | None = None


class ParcelDelayed(Event, frozen=True, kw_only=True, gc=False):
    """A carrier says that a parcel will be late."""

    __about__: ClassVar[str] = "order_id"

    parcel_id: str
    order_id: str
    customer_id: str
    expected_at: datetime
    cause: str = ""


class ParcelDelivered(Event, frozen=True, kw_only=True, gc=False):
    """A parcel reached its customer; `days` is how long it was on its way."""

    __about__: ClassVar[str] = "order_id"

    parcel_id: str
    order_id: str
    customer_id: str
    carrier: str
    days: float
    late_days: float = 0.0


class CarrierTransit(Table, frozen=True, kw_only=True, gc=False):
    """How long a carrier's parcels were on their way: `days[n]` of them took n days, begun days counted whole."""

    __table__: ClassVar[str] = "carrier_transits"
    __key__: ClassVar[tuple[str, ...]] = ("carrier",)

    carrier: str
    delivered: int = 0
    late: int = 0
    days: tuple[int, ...] = ()
