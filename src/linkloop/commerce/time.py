"""Time as events: links hear the clock like anything else."""

from datetime import datetime
from typing import ClassVar

from linkloop.core.event import Event
from linkloop.core.table import Table


class MinutePassed(Event, frozen=True, kw_only=True, gc=False):
    """A minute of the shop's clock ended at `at`."""

    __about__: ClassVar[str] = "shop"

    shop: str


class DayClosed(Event, frozen=True, kw_only=True, gc=False):
    """A calendar day of the shop ended; `day` is ISO 8601, `zone` the IANA name of its time zone where it is known."""

    __about__: ClassVar[str] = "shop"

    shop: str
    day: str
    zone: str = ""


class Alarm(Table, frozen=True, kw_only=True, gc=False):
    """What a link wants to be reminded of, on the shop's clock; the same `about` and `name` again moves it."""

    __table__: ClassVar[str] = "alarms"
    __key__: ClassVar[tuple[str, ...]] = ("about", "name")

    about: str
    name: str
    due: datetime
    off: bool = False


class AlarmRang(Event, frozen=True, kw_only=True, gc=False):
    """The moment that a link asked to be reminded of has come; it rings once."""

    __about__: ClassVar[str] = "about"

    about: str
    name: str
    due: datetime
