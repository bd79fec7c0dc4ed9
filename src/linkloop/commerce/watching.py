"""Watching: counts per minute, their seasons, and the alerts that are open."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text


class MinuteCount(Table, frozen=True, kw_only=True, gc=False):
    """What was counted of one metric in one minute of the shop; `of` is the base of a rate (0 for plain counts)."""

    __table__: ClassVar[str] = "minute_counts"
    __key__: ClassVar[tuple[str, ...]] = ("metric", "minute")

    metric: str
    minute: datetime
    count: int = 0
    of: int = 0
    money: Money | None = None


class Season(Table, frozen=True, kw_only=True, gc=False):
    """What is usual for a metric: the learned level of each slot of its season, and how it scatters."""

    __table__: ClassVar[str] = "seasons"
    __key__: ClassVar[tuple[str, ...]] = ("metric",)

    metric: str
    slot_minutes: int
    levels: tuple[float, ...]
    seen: tuple[int, ...]
    dispersion: float = 1.0
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
