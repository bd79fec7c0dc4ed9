"""The frame of a day: its hours on the shop's clock, and the same times of yesterday and of a week ago."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from linkloop.core.clock import minute_of

SLOT_MINUTES = 15
HOUR = timedelta(hours=1)


class Span(NamedTuple):
    """From `start` to before `end` (aware, UTC)."""

    start: datetime
    end: datetime

    def sql(self, column: str) -> str:
        """The condition that a column lies in this span; `at` is a word of SQL and needs its quotes."""
        column = '"at"' if column == "at" else column
        return f"{column} >= {instant(self.start)} AND {column} < {instant(self.end)}"


class Frame(msgspec.Struct, frozen=True):
    """One day of a shop as of `at`, the start of its present minute; days are calendar days of `zone`."""

    at: datetime
    day: date
    zone: ZoneInfo

    def start(self, days_ago: int = 0) -> datetime:
        """When the day began that many days ago."""
        return datetime.combine(self.day - timedelta(days=days_ago), time(), self.zone).astimezone(UTC)

    def so_far(self, days_ago: int = 0) -> Span:
        """A day from its beginning to the same time as now; a day that was shorter ends at its end."""
        start = self.start(days_ago)
        return Span(start, min(start + (self.at - self.start()), self.start(days_ago - 1)))

    def whole(self, days_ago: int = 0) -> Span:
        """A whole day; it has 23 or 25 hours where the clock is put forward or back."""
        return Span(self.start(days_ago), self.start(days_ago - 1))

    def hours(self, days_ago: int = 0) -> list[Span]:
        """The hours of a day: of today those that have begun, the last up to now; of another day all."""
        end = self.at if days_ago == 0 else self.start(days_ago - 1)
        found: list[Span] = []
        start = self.start(days_ago)
        while start < end:
            found.append(Span(start, min(start + HOUR, end)))
            start += HOUR
        return found

    def slots(self, days_ago: int = 0) -> int:
        """How many slots a whole day has."""
        span = self.whole(days_ago)
        return round((span.end - span.start) / timedelta(minutes=SLOT_MINUTES))


def frame(now: datetime, zone: ZoneInfo) -> Frame:
    """The frame of the moment `now`."""
    at = minute_of(now.astimezone(UTC))
    return Frame(at, at.astimezone(zone).date(), zone)


def instant(at: datetime) -> str:
    """A moment as an SQL literal."""
    return f"TIMESTAMPTZ '{at.astimezone(UTC).isoformat(sep=' ')}'"
