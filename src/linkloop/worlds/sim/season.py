"""The season of visits: how busy each hour of the day and each day of the week is."""

from __future__ import annotations

from datetime import datetime

# Relative visits per local hour: asleep until six, a lunch break, the long evening on the phone. The shape (trough
# at 04:00, peaks at 10–11 and 20–22) is a stated figure; both lists are normalised to a mean of 1.
_HOURS = (1.6, 0.8, 0.45, 0.3, 0.25, 0.35, 0.8, 1.7, 2.9, 4.2, 5.0, 4.9,
          4.6, 4.3, 4.2, 4.2, 4.1, 4.0, 4.0, 4.7, 5.6, 6.0, 5.3, 3.3)  # fmt: skip
_WEEKDAYS = (1.02, 1.00, 0.99, 0.98, 0.96, 1.00, 1.05)
_BY_HOUR = tuple(hour * 24 / sum(_HOURS) for hour in _HOURS)
_BY_DAY = tuple(day * 7 / sum(_WEEKDAYS) for day in _WEEKDAYS)


def season(local: datetime) -> float:
    """Visits at a local moment as a multiple of the week's mean; straight lines between the middles of hours."""
    spot = local.hour + local.minute / 60 - 0.5
    hour = int(spot // 1)
    part = spot - hour
    level = _BY_HOUR[hour % 24] * (1 - part) + _BY_HOUR[(hour + 1) % 24] * part
    return level * _BY_DAY[local.weekday()]


def weekday_factor(weekday: int) -> float:
    """Visits of a weekday (Monday is 0) as a multiple of the week's mean."""
    return _BY_DAY[weekday]


def hour_shares() -> list[float]:
    """The share of a day's visits in each of its 1,440 minutes."""
    from_midnight = [season(datetime(2001, 1, 1, m // 60, m % 60)) for m in range(1440)]
    return [level / sum(from_midnight) for level in from_midnight]
