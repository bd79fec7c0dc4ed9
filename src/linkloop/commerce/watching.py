"""Watching: counts per minute, their seasons, and the alerts that are open."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text


class Part(msgspec.Struct, frozen=True, gc=False):
    """The share of one part (a product, a provider) in a minute's count; `money` in minor units."""

    count: int = 0
    of: int = 0
    money: int = 0


class MinuteCount(Table, frozen=True, kw_only=True, gc=False):
    """What was counted of one metric in one minute of the shop; `of` is the base of a rate (0 for plain counts).

    `orders`: money is their value, a part is `product|place` with its lines and units. `payments`: those that
    succeeded of those that were tried, money that did not come in, a part is a provider. `visits`: visits, and of
    these the ones that filled a cart.
    """

    __table__: ClassVar[str] = "minute_counts"
    __key__: ClassVar[tuple[str, ...]] = ("metric", "minute")

    metric: str
    minute: datetime
    count: int = 0
    of: int = 0
    money: Money | None = None
    parts: dict[str, Part] = {}


class Recent(Table, frozen=True, kw_only=True, gc=False):
    """The last hours of a metric: the minutes (since 1970) in which something was counted, oldest first.

    `since` and `heard` are the first and last minute of the present stretch without a break in hearing;
    `quiet_until` is the minute until which no new alert opens.
    """

    __table__: ClassVar[str] = "recent_counts"
    __key__: ClassVar[tuple[str, ...]] = ("metric",)

    metric: str
    minutes: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    of: tuple[int, ...] = ()
    money: tuple[int, ...] = ()
    currency: str = ""
    since: int = 0
    heard: int = 0
    quiet_until: int = 0


class Season(Table, frozen=True, kw_only=True, gc=False):
    """What is usual for a metric: the learned level of each slot of its season, and how it scatters.

    `levels` are expected counts per slot of the day or week (slot 0 starts at minute 0 since 1970, UTC), `seen` how
    many days each was learned from. A product has one slot of a day, its lines, and `seen` counts them all. A
    provider has one level, its success rate (0 to 1), and `seen` counts the tries. Counts have variance
    mean + `dispersion` × mean² (negative binomial). No levels: nothing could be learned yet.
    """

    __table__: ClassVar[str] = "seasons"
    __key__: ClassVar[tuple[str, ...]] = ("metric",)

    metric: str
    slot_minutes: int
    levels: tuple[float, ...]
    seen: tuple[int, ...]
    dispersion: float = 0.0
    updated_at: datetime | None = None


class Alert(Table, frozen=True, kw_only=True, gc=False):
    """Something unusual that a person should know of, open until it is over."""

    __table__: ClassVar[str] = "alerts"
    __key__: ClassVar[tuple[str, ...]] = ("alert_id",)
    __index__: ClassVar[tuple[str, ...]] = ("status",)

    alert_id: str
    metric: str
    status: Literal["open", "over"]
    severity: Literal["notice", "warning", "critical"]
    text: Text
    opened_at: datetime
    ended_at: datetime | None = None
    observed: float
    expected: float
    p_value: float
    case_id: str = ""
