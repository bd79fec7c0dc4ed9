"""The detector: is a window of minutes more, or less, than its season explains? Pure functions, no state."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from linkloop.commerce.watching import Recent, Season
from linkloop.links.watch.season import doubt, expected
from linkloop.links.watch.tails import at_least, at_most, failures_at_least

KEPT_MINUTES = 180
SPIKE_WINDOWS = (5, 15, 60)
PAYMENT_WINDOWS = (10, 30, 60)
LULL_WINDOWS = (60, 180)

OPEN_SHOP = 1e-6  # p-value at which a shop-wide alert opens: see README for the false alarms that this costs
OPEN_PRODUCT = 1e-7  # … of one product among many
OPEN_PAYMENTS = 3e-6
CALM = 1e-3  # p-value above which a spike counts as over

MIN_ORDERS = 8
MIN_LINES = 5
MIN_FAILURES = 3
SPIKE_RATIO = 1.6
LULL_RATIO = 0.5
DROP = 0.08  # a success rate must fall by this much

COLD_DOUBT = 0.25  # without a season: how much a rate may drift within three hours (a morning doubles it)
COLD_MINUTES = 60  # … and how long the shop must have been heard
NEW_RATE = 0.95  # success rate of a provider that nobody has measured yet
NEW_WEIGHT = 60.0
MOST_WEIGHT = 400.0  # providers have moods: no history makes a rate surer than this many tries


class Verdict(NamedTuple):
    """What a window says: the count (or failures), what is usual for it, how unlikely it is, and the base of a rate."""

    window: int
    observed: int
    expected: float
    p_value: float
    of: int = 0

    @property
    def ratio(self) -> float:
        return self.observed / max(self.expected, 1e-9)


def window(recent: Recent, last: int, minutes: int) -> tuple[int, int, int]:
    """Count, base and money of the `minutes` minutes that end with minute number `last`."""
    at = bisect_left(recent.minutes, last - minutes + 1)
    end = (
        len(recent.minutes)
        if not recent.minutes or recent.minutes[-1] <= last
        else bisect_left(recent.minutes, last + 1)
    )
    return sum(recent.counts[at:end]), sum(recent.of[at:end]), sum(recent.money[at:end])


def usual(recent: Recent, season: Season | None, last: int, minutes: int) -> tuple[float, float] | None:
    """Expected count of a shop-wide window and its dispersion: by the season, else by the hours before the window.

    None when there is neither: the shop has not been heard for long enough.
    """
    if season is not None and season.levels:
        return expected(season, last - minutes + 1, minutes), doubt(season)
    before = min(last - recent.since + 1, KEPT_MINUTES) - minutes
    if before < COLD_MINUTES:
        return None
    counted = window(recent, last - minutes, before)[0]
    return (counted + 0.5) / before * minutes, COLD_DOUBT + 1 / (counted + 0.5)


def spike(recent: Recent, season: Season | None, last: int) -> Verdict | None:
    """The least likely of the windows in which the shop sold far more than usual, or None."""
    found: Verdict | None = None
    for minutes in SPIKE_WINDOWS:
        count = window(recent, last, minutes)[0]
        if count < MIN_ORDERS:
            continue
        known = usual(recent, season, last, minutes)
        if known is None or count < SPIKE_RATIO * known[0]:
            continue
        verdict = Verdict(minutes, count, known[0], at_least(count, *known))
        found = verdict if found is None or verdict.p_value < found.p_value else found
    return found


def lull(recent: Recent, season: Season | None, last: int) -> Verdict | None:
    """The least likely of the windows in which the shop sold far less than usual; only where there is a season."""
    if season is None or not season.levels:
        return None
    found: Verdict | None = None
    for minutes in LULL_WINDOWS:
        if last - recent.since + 1 < minutes:
            continue  # silence before we listened is no lull
        mean = expected(season, last - minutes + 1, minutes)
        count = window(recent, last, minutes)[0]
        if mean < 10 or count > LULL_RATIO * mean:
            continue
        verdict = Verdict(minutes, count, mean, at_most(count, mean, doubt(season)))
        found = verdict if found is None or verdict.p_value < found.p_value else found
    return found


def product_spike(recent: Recent, product: Season | None, shop: Season | None, last: int) -> Verdict | None:
    """The least likely of the windows in which one product sold far more than its share; counts order lines.

    What is expected is the product's lines a day times the share of a day's orders that the window usually has. A
    product with little history has a gamma-distributed rate, hence a heavier tail. None without a shop's season.
    """
    if shop is None or not shop.levels or product is None:
        return None
    a_day = sum(shop.levels) * 1440 / (len(shop.levels) * shop.slot_minutes)
    found: Verdict | None = None
    for minutes in SPIKE_WINDOWS:
        lines, units, _ = window(recent, last, minutes)
        if lines < MIN_LINES:
            continue
        mean = product.levels[0] * expected(shop, last - minutes + 1, minutes) / a_day
        if lines < SPIKE_RATIO * mean:
            continue
        p_value = at_least(lines, mean, doubt(shop) + product.dispersion + 1 / (product.seen[0] + 0.5))
        verdict = Verdict(minutes, units, mean * units / lines, p_value, lines)
        found = verdict if found is None or p_value < found.p_value else found
    return found


def payments_failing(recent: Recent, season: Season | None, last: int) -> Verdict | None:
    """The least likely of the windows in which a provider failed too often; counts failures of tries."""
    rate, weight = provider_rate(season)
    found: Verdict | None = None
    for minutes in PAYMENT_WINDOWS:
        succeeded, tried, _ = window(recent, last, minutes)
        failed = tried - succeeded
        if failed < MIN_FAILURES or succeeded / tried > rate - DROP:
            continue
        p_value = failures_at_least(failed, tried, 1 - rate, weight)
        verdict = Verdict(minutes, failed, tried * (1 - rate), p_value, tried)
        found = verdict if found is None or p_value < found.p_value else found
    return found


def provider_rate(season: Season | None) -> tuple[float, float]:
    """A provider's usual success rate and how many tries it is worth."""
    if season is None or not season.levels:
        return NEW_RATE, NEW_WEIGHT
    seen = season.seen[0]
    rate = (season.levels[0] * seen + NEW_RATE * 20) / (seen + 20)
    return rate, min(MOST_WEIGHT, NEW_WEIGHT + seen)


def payments_well(recent: Recent, season: Season | None, last: int) -> bool:
    """Whether a provider is back to normal, by the shortest window with five tries; nobody trying counts as well."""
    rate, weight = provider_rate(season)
    for minutes in PAYMENT_WINDOWS:
        succeeded, tried, _ = window(recent, last, minutes)
        if tried >= 5:
            return failures_at_least(tried - succeeded, tried, 1 - rate, weight) > 0.05
    return True
