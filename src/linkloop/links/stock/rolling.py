"""Rolling: the shop's own past lived again, day by day, with what was known then; no day sees a later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.links.stock.counts import quantiles
from linkloop.links.stock.simulate import Policy, Seen, simulate
from linkloop.links.stock.terms import Floats, Leads, Terms

Reals = npt.NDArray[np.float64]
COVERS = (1, 2, 4, 7, 14)  # days that an order should last beyond the lead time
LEVELS = (0.8, 0.88, 0.93, 0.96, 0.975, 0.985, 0.993, 0.998)
LEARN_DAYS = 14  # the first days teach level and week; nothing is ordered by them
LEVEL_RATE, WEEK_RATE, SPREAD_RATE = 0.06, 0.04, 0.04
REMEMBERED = 2 / LEVEL_RATE - 1  # days that the exponential level rests on


class Shelves(NamedTuple):
    """(n) of each series: lead time and its spread (days), case and minimum (units), the unit's cost and what a sale
    of it earns (both in the shop's median unit cost), and the number of its segment."""

    lead: Reals
    lead_sd: Reals
    case: Reals
    least: Reals
    cost: Reals
    earns: Reals
    segment: npt.NDArray[np.int64]


class Told(NamedTuple):
    """(days, covers, n): mean and variance of demand over lead time + cover, as it was known before each day."""

    mean: Reals
    variance: Reals

    def between(self, first: int, last: int) -> Told:
        """The days from `first` up to before `last`."""
        return Told(self.mean[first:last], self.variance[first:last])


class Trial(NamedTuple):
    """(tries, n): totals of some days, in units; `orders` counts them. `days` is how many they were."""

    demanded: Reals
    sold: Reals
    short: Reals
    held: Reals
    orders: Reals
    days: int

    def part(self, rows: slice) -> Trial:
        """Of some of the tries and series."""
        demanded, sold, short, held, orders, days = self
        return Trial(demanded[rows], sold[rows], short[rows], held[rows], orders[rows], days)


def told(units: Reals, since: int, shelves: Shelves, covers: Sequence[int] = COVERS) -> Told:
    """What an exponential level and weekday profile said before each day from `since` on; `units` is (days, n).

    The variance is a negative binomial's per day, with that of the level itself and of the lead time.
    """
    days, n = units.shape
    level = units[:LEARN_DAYS].mean(axis=0) + 0.05
    week, spread = np.ones((7, n)), np.ones(n)
    ahead = int(np.ceil(shelves.lead.max(initial=0.0))) + max(covers) + 1
    mean, variance = np.zeros((2, days - since, len(covers), n))
    for now in range(LEARN_DAYS, days):
        if now >= since:
            pace = np.maximum(level, 0.01) * week[np.arange(now, now + ahead) % 7]
            total, square = _summed(pace), _summed(pace**2)
            wobble = np.clip(spread - 1, 0.0, 40.0) / np.maximum(level, 0.05)
            for k, cover in enumerate(covers):
                stretch = _at(total, shelves.lead + cover)
                rate = stretch**2 * (1 / np.maximum(level, 0.05) + wobble) / REMEMBERED
                late = (np.maximum(level, 0.01) * shelves.lead_sd) ** 2
                mean[now - since, k] = stretch
                variance[now - since, k] = stretch + wobble * _at(square, shelves.lead + cover) + rate + late
        season = week[now % 7]
        plain = units[now] / season
        error = (units[now] - level * season) ** 2 / np.maximum(level * season, 0.05)
        spread += SPREAD_RATE * (np.minimum(error, 40.0) - spread)
        week[now % 7] += WEEK_RATE * np.clip(units[now] / np.maximum(level, 0.5) - season, -2, 2)
        week /= week.mean(axis=0)
        level += LEVEL_RATE * (plain - level)
    return Told(mean, variance)


class Reorder(NamedTuple):
    """(s, S) of each day: below `low` order up to `high`; both (days, SKUs)."""

    low: Floats
    high: Floats

    def order(self, seen: Seen, order: Floats) -> None:
        np.subtract(self.high[seen.step], seen.position, out=order, casting="same_kind")
        order[seen.position >= self.low[seen.step]] = 0.0


def sweep(
    demand: Reals, given: Told, shelves: Shelves, levels: Sequence[float] = LEVELS, seed: int = 0
) -> dict[tuple[float, int], Trial]:
    """(level, cover place) → what holding it would have been; `demand` (days, paths, n) is met, never shown."""
    marks = quantiles(given.mean, given.variance, levels)  # (levels, days, covers, n)
    covers = given.mean.shape[1]
    tries = [(a, b) for a in range(len(levels)) for b in range(covers)]
    low = np.concatenate([marks[a][:, 0] for a, _ in tries], axis=1).astype(np.float32)
    high = np.concatenate([marks[a][:, b] for a, b in tries], axis=1).astype(np.float32)
    found = live(Reorder(low, high), demand, given, shelves, high[0], seed=seed)
    n = len(shelves.lead)
    return {(levels[a], b): found.part(slice(place * n, place * n + n)) for place, (a, b) in enumerate(tries)}


def live(
    policy: Policy, demand: Reals, given: Told, shelves: Shelves, start: npt.NDArray[np.floating], seed: int = 0
) -> Trial:
    """(tries × n) totals over all paths of `demand` (days, paths, n), which is met and never shown.

    `start` (tries × n) is the position that each try would order up to: it begins with goods on all its ways, by what
    was known then, and the rest on the shelf.
    """
    tiles = len(start) // len(shelves.lead)
    pace = given.mean[0, 0] / (shelves.lead + COVERS[0])
    ahead = np.arange(max(int(np.ceil(shelves.lead.max(initial=0.0))), 1))[:, None]
    due = np.tile(np.where(ahead < shelves.lead, pace, 0.0), tiles)
    on_hand = np.maximum(np.round(start - due.sum(axis=0)), 0.0)
    lead, lead_sd, case, least = (np.tile(column, tiles) for column in shelves[:4])
    found = simulate(
        policy, np.tile(demand, (1, 1, tiles)), Terms(case_pack=case, least=least), Leads(lead, lead_sd, tiles),
        on_hand=on_hand, due=due[:, None], seed=seed,
    )  # fmt: skip
    totals = (found.demanded, found.sold, found.short, found.held, found.orders)
    demanded, sold, short, held, orders = (np.asarray(total.sum(axis=0)) for total in totals)
    return Trial(demanded, sold, short, held, orders, found.steps * demand.shape[1])


def _summed(pace: Reals) -> Reals:
    return np.concatenate([np.zeros((1, pace.shape[1])), np.cumsum(pace, axis=0)])


def _at(total: Reals, days: Reals) -> Reals:
    """The sum of the first `days` (n, in part too) of each series."""
    whole = np.floor(days).astype(np.int64)
    rows = np.arange(total.shape[1])
    below = total[whole, rows]
    return np.asarray(below + (days - whole) * (total[np.minimum(whole + 1, len(total) - 1), rows] - below))
