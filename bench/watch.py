"""How often the watch cries wolf, how soon it sees what is wrong, and what a minute of watching costs.

python -m bench.watch                 # about two minutes
python -m bench.watch --days 7        # a short look
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

from linkloop.commerce.orders import LineSold, OrderPlaced
from linkloop.commerce.time import MinutePassed
from linkloop.commerce.watching import Recent, Season
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.links.watch import link, model
from tests.links.context import MemoryShop
from tests.links.watch.simulated import SHAPE, alarms, minutes, season

HOURS = ((4, "at night, 04:00"), (12, "at noon"), (20, "in the evening, 20:00"))
SEEDS = 9


def spike_delays(known: Season, a_day: float, times: float, hour: int) -> list[int | None]:
    """Minutes until a spike of two hours is seen, per seed; None where it is not."""
    found: list[int | None] = []
    start = hour * 60
    for seed in range(SEEDS):
        counts = minutes(1, a_day, 100 + seed)[: start + 120]
        counts[start:] = np.random.default_rng(seed).poisson(SHAPE[start : start + 120] * a_day * times)
        opened = [n for n in alarms(counts, known, model.spike, model.OPEN_SHOP, 28 * 1440) if n >= start]
        found.append(opened[0] - start + 1 if opened else None)
    return found


def provider_delays(per_minute: float, low: float) -> list[int | None]:
    """Minutes until a provider that falls from 0.97 to `low` is seen, per seed."""
    known = Season(metric="provider", slot_minutes=1440, levels=(0.97,), seen=(20_000,))
    found: list[int | None] = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        tried = rng.poisson(per_minute, 300)
        good = np.where(np.arange(300) < 120, rng.binomial(tried, 0.97), rng.binomial(tried, low))
        seen = None
        for last in range(120, 300):
            spot = slice(max(0, last - model.KEPT_MINUTES + 1), last + 1)
            recent = Recent(
                metric="provider",
                minutes=tuple(range(spot.start, spot.stop)),
                counts=tuple(good[spot].tolist()),
                of=tuple(tried[spot].tolist()),
                money=(0,) * (spot.stop - spot.start),
            )
            verdict = model.payments_failing(recent, known, last)
            if verdict is not None and verdict.p_value <= model.OPEN_PAYMENTS:
                seen = last - 119
                break
        found.append(seen)
    return found


def costs() -> dict[str, list[float]]:
    """CPU microseconds of each handler call over a day of 1,000 orders, storage (a dict here) included."""
    shop = MemoryShop(link, [season(28, 1000, 1)])
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    found: dict[str, list[float]] = {}
    n = 0
    for minute, count in enumerate(minutes(1, 1000, 3)):
        at = begin + timedelta(minutes=minute)
        events: list[Event] = []
        for _ in range(count):
            n += 1
            lines = tuple(LineSold(f"p{(n * 7 + k) % 300}", 1, Money(1000, "CNY")) for k in range(2))
            total = Money(2000, "CNY")
            events.append(
                OrderPlaced(id=f"o{n}", at=at, order_id=f"o{n}", customer_id="c", place="hz", lines=lines, total=total)
            )
        events.append(MinutePassed(id=f"m{minute}", at=at + timedelta(minutes=1), shop="s"))
        for event in events:
            started = time.process_time_ns()
            shop.hear(event)
            quiet = " (quiet)" if not count else ""
            found.setdefault(type(event).__name__ + quiet, []).append((time.process_time_ns() - started) / 1000)
    return found


def say(delays: Iterable[int | None]) -> str:
    """Median and worst of some delays, and how many were not seen."""
    every = list(delays)
    seen = sorted(delay for delay in every if delay is not None)
    missed = f", {len(every) - len(seen)} of {len(every)} not seen" if len(seen) < len(every) else ""
    return f"median {statistics.median_low(seen)} min, worst {seen[-1]} min{missed}" if seen else "not seen"


def main() -> None:
    """Print false alarms, delays and costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30, help="ordinary days per shop for the false alarms")
    days = parser.parse_args().days
    for a_day in (200, 1000, 10_000):
        for learned in (0, 1, 28):
            known = season(learned, a_day, 1) if learned else None
            counts = minutes(days, a_day, 2)
            wolf = len(alarms(counts, known, model.spike, model.OPEN_SHOP, learned * 1440))
            print(f"{a_day:>6} orders a day, {learned:>2} days learned: {wolf} false alerts in {days} ordinary days")
    for a_day in (200, 1000, 10_000):
        known = season(28, a_day, 1)
        for times in (3, 5):
            for hour, words in HOURS:
                print(f"{a_day:>6} orders a day, {times}× {words}: {say(spike_delays(known, a_day, times, hour))}")
    for per_minute in (0.25, 1.0, 10.0):
        print(f"a provider with {per_minute:g} tries a minute, 97 % → 60 %: {say(provider_delays(per_minute, 0.6))}")
    for name, values in sorted(costs().items()):
        print(f"{name}: median {statistics.median(values):.0f} µs CPU, {len(values)} calls")


if __name__ == "__main__":
    main()
