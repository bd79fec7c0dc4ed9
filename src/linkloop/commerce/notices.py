"""Notices: what we told customers before they asked, and what many are told who ask."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.table import Table
from linkloop.core.text import Text


class DelayTold(Table, frozen=True, kw_only=True, gc=False):
    """That we told a customer of a parcel's delay on our own accord, where, and which day we named."""

    __table__: ClassVar[str] = "delays_told"
    __key__: ClassVar[tuple[str, ...]] = ("parcel_id",)

    parcel_id: str
    customer_id: str
    conversation_id: str
    expected_at: datetime
    told_at: datetime


class ServiceNotice(Table, frozen=True, kw_only=True, gc=False):
    """Something that troubles many customers right now, told to those who ask about it, until `until`."""

    __table__: ClassVar[str] = "service_notices"
    __key__: ClassVar[tuple[str, ...]] = ("topic",)

    topic: Literal["payments"]
    text: Text
    since: datetime
    until: datetime
