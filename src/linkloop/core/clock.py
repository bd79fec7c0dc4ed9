"""The clock of a shop: real, or moved by hand by a simulated world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the moment, aware, in UTC."""

    def now(self) -> datetime: ...


class RealClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimClock:
    """A time that stands still until somebody moves it forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, to: datetime) -> None:
        """Move to `to`; a moment that is already past leaves the clock where it is."""
        self._now = max(self._now, to.astimezone(UTC))


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """The calendar day of a moment in a shop's time zone, as ISO 8601 `YYYY-MM-DD`."""
    return at.astimezone(zone).date().isoformat()


def minute_of(at: datetime) -> datetime:
    """The start of the minute that holds `at`."""
    return at - timedelta(seconds=at.second, microseconds=at.microsecond)


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(us: int) -> datetime:
    """The inverse of `micros`."""
    return _EPOCH + timedelta(microseconds=us)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
