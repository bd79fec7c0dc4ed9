"""Time as events: links hear the clock like anything else."""

from typing import ClassVar

from linkloop.core.event import Event


class MinutePassed(Event, frozen=True, kw_only=True, gc=False):
    """A minute of the shop's clock ended at `at`."""

    __about__: ClassVar[str] = "shop"

    shop: str


class DayClosed(Event, frozen=True, kw_only=True, gc=False):
    """A calendar day of the shop (its time zone) ended; `day` is ISO 8601."""

    __about__: ClassVar[str] = "shop"

    shop: str
    day: str
