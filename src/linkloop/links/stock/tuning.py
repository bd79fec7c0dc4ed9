"""Tuning: which quantile an order covers and how long it lasts, by segment, so that all together keep stock-outs rare.

The cheapest levels whose stock-outs stay below the goal: a Lagrangian. A unit that nobody could buy costs `price` times
what its sale earns; the least price at which the shop as a whole keeps the goal decides every segment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.commerce.stock import OrderTuning
from linkloop.links.stock.net import NetOrdering
from linkloop.links.stock.rolling import COVERS, LEARN_DAYS, Reals, Shelves, Told, Trial, live, sweep, told

GOAL, SAFE = 0.008, 0.85  # share of units that may meet an empty shelf; what is chosen keeps a margin to it
HOLDING_A_DAY = 0.25 / 365  # of a unit's cost: capital, space, ageing
LINE = 0.05  # work of an order line, in the shop's median unit cost; assumed
PRICES = tuple(0.25 * 1.3**n for n in range(48))  # a quarter of the customers is lost at least; assumed
LEAST_SERIES, LEAST_DAYS = 30, 42
FEW = 8  # a segment of fewer series is tuned together with others like it
SURE = 2.0  # standard errors by which the net must be cheaper
PACES = ("fast", "slow", "intermittent")
SEGMENTS = (*PACES, *(f"{pace}_dear" for pace in PACES))
FAST, SLOW, DEAR = 3.0, 0.5, 3.0  # units a day; times the median unit cost

Tries = Mapping[tuple[float, int], Trial]


class Choice(NamedTuple):
    """What a segment orders by: the level, the place of its cover in COVERS, and what a lost sale is priced at."""

    level: float
    cover: int
    price: float


def segment_of(pace: float, cost: float) -> int:
    """The place in SEGMENTS of `pace` units a day at a unit `cost` in the shop's median."""
    return (0 if pace >= FAST else 1 if pace >= SLOW else 2) + len(PACES) * (cost >= DEAR)


def choose(past: Tries, shelves: Shelves, weight: Reals, also: Sequence[Tries] = ()) -> dict[int, Choice]:
    """Segment → choice: the cheapest by `past` whose stock-outs stay below the goal there and in each of `also`.

    `weight` (n) is how many series of the shop each one stands for. Where no price reaches the goal the highest does
    what it can.
    """
    groups = _groups(shelves.segment)
    cost = {
        (group, name): _cost(trial, shelves, weight, rows)
        for name, trial in past.items()
        for group, rows in groups.items()
    }
    found: dict[int, Choice] = {}
    for price in PRICES:
        found = {
            group: Choice(*min(past, key=lambda name: cost[group, name][0] + price * cost[group, name][1]), price)
            for group in groups
        }
        if all(_stockout(tries, found, groups, weight) < SAFE * GOAL for tries in (past, *also)):
            break
    return {int(segment): found[group] for group, rows in groups.items() for segment in set(shelves.segment[rows])}


class Night(NamedTuple):
    """What a night learned: a choice and a row for each segment that the shop has."""

    choices: dict[int, Choice]
    rows: list[OrderTuning]


def tune(
    units: Reals, shelves: Shelves, weight: Reals, day: str, net: NetOrdering | None, also: Sequence[Tries] = ()
) -> Night:
    """Choose on the middle third of the past (days, n), and judge on the last; nothing where too little is known."""
    days = len(units)
    if units.shape[1] < LEAST_SERIES or days < LEAST_DAYS:
        return Night({}, [])
    since = max(LEARN_DAYS, days // 3)
    middle = (days - since) // 2
    known = told(units, since, shelves)
    past = sweep(units[since : since + middle, None], known.between(0, middle), shelves)
    choices = choose(past, shelves, weight, also)
    later, judged = known.between(middle, days - since), units[since + middle :, None]
    levels = sorted({choice.level for choice in choices.values()})
    tries = sweep(judged, later, shelves, levels)
    learned = None if net is None else _by_net(net, judged, later, shelves, choices)
    rows = [_row(place, choices[place], shelves, day, tries, learned) for place in sorted(choices)]
    return Night(choices, rows)


def _by_net(net: NetOrdering, demand: Reals, given: Told, shelves: Shelves, choices: Mapping[int, Choice]) -> Trial:
    price = np.array([choices[int(place)].price for place in shelves.segment])
    policy = net.policy(given, shelves, price * shelves.earns, HOLDING_A_DAY * shelves.cost, LINE)
    return live(policy, demand, given, shelves, policy.start())


def _row(place: int, choice: Choice, shelves: Shelves, day: str, tries: Tries, learned: Trial | None) -> OrderTuning:
    """The segment's row, with who orders: the net only where it is cheaper for sure and keeps the goal."""
    rows = shelves.segment == place
    usual = tries[choice.level, choice.cover]
    mine = _each(usual, shelves, choice.price)[rows]
    shown, policy, theirs, won = usual, "quantile", np.zeros(0), 0.0
    if learned is not None:
        theirs = _each(learned, shelves, choice.price)[rows]
        less = mine - theirs
        won = float(less.mean() / max(less.std() / max(len(less) - 1, 1) ** 0.5, 1e-9)) if len(less) > 1 else 0.0
        if len(less) >= FEW and won >= SURE and _share(learned, rows) <= max(GOAL, _share(usual, rows)):
            shown, policy = learned, "learned"
    return OrderTuning(
        segment=SEGMENTS[place],
        day=day,
        series=int(rows.sum()),
        level=choice.level,
        cover_days=COVERS[choice.cover],
        stockout=round(_share(shown, rows), 5),
        turnover=round(float(shown.sold[rows].sum() / max(shown.held[rows].sum(), 1e-9)) * 365, 2),
        policy="learned" if policy == "learned" else "quantile",
        quantile_cost=round(float(mine.mean()), 6),
        learned_cost=round(float(theirs.mean()), 6) if len(theirs) else 0.0,
        won=round(max(min(won, 99.0), -99.0), 3),
    )


def _each(trial: Trial, shelves: Shelves, price: float) -> Reals:
    """(n): the cost of a day of each series, in the shop's median unit cost."""
    kept = HOLDING_A_DAY * shelves.cost * trial.held + LINE * trial.orders
    return np.asarray((kept + price * shelves.earns * trial.short) / trial.days)


def _cost(trial: Trial, shelves: Shelves, weight: Reals, rows: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """What holding and ordering cost, and what the sales that were lost would have earned."""
    kept = HOLDING_A_DAY * shelves.cost * trial.held + LINE * trial.orders
    return float((weight * kept)[rows].sum()), float((weight * shelves.earns * trial.short)[rows].sum())


def _stockout(
    tries: Tries, chosen: Mapping[int, Choice], groups: Mapping[int, npt.NDArray[np.bool_]], weight: Reals
) -> float:
    short = asked = 0.0
    for group, rows in groups.items():
        trial = tries[chosen[group].level, chosen[group].cover]
        short += float((weight * trial.short)[rows].sum())
        asked += float((weight * trial.demanded)[rows].sum())
    return short / max(asked, 1e-9)


def _share(trial: Trial, rows: npt.NDArray[np.bool_]) -> float:
    return float(trial.short[rows].sum() / max(trial.demanded[rows].sum(), 1e-9))


def _groups(segment: npt.NDArray[np.int64]) -> dict[int, npt.NDArray[np.bool_]]:
    """The segments that have enough series, each by its number; the rest together, as −1."""
    counts = np.bincount(segment, minlength=len(SEGMENTS))
    groups = {int(place): segment == place for place in np.nonzero(counts >= FEW)[0]}
    rest = counts[segment] < FEW
    return {**groups, -1: rest} if rest.any() else groups
