"""Customers and what they do before they buy."""

from datetime import datetime
from typing import ClassVar

from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.table import Table


class Customer(Table, frozen=True, kw_only=True, gc=False):
    """A person or company that buys. `person_id` joins the accounts of one person; `language` is a BCP 47 tag."""

    __table__: ClassVar[str] = "customers"
    __key__: ClassVar[tuple[str, ...]] = ("customer_id",)

    customer_id: str
    person_id: str = ""
    name: str = ""
    language: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    joined_at: datetime | None = None
    lifetime_value: Money | None = None


class PostcodePoint(Table, frozen=True, kw_only=True, gc=False):
    """One observed position of a postcode, WGS 84 degrees; a postcode has many, numbered per source."""

    __table__: ClassVar[str] = "postcode_points"
    __key__: ClassVar[tuple[str, ...]] = ("postcode", "point_no")

    postcode: str
    point_no: int
    latitude: float
    longitude: float
    city: str = ""
    region: str = ""


class Browsed(Event, frozen=True, kw_only=True, gc=False):
    """A visit to the shop ended: what was looked at and what was put into the cart."""

    __about__: ClassVar[str] = "session_id"

    session_id: str
    customer_id: str = ""
    viewed: tuple[str, ...] = ()
    carted: tuple[str, ...] = ()
    seconds: int = 0
