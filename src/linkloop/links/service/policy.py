"""Policy: which remedy is worth its money, learned from what came of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import RemedyAdvice, RemedyOutcome
from linkloop.core.decision import Alternative
from linkloop.core.money import Money

PERCENTS = (5, 10, 20)
NONE = "none"
# What is believed before anything was seen: the chance that a customer in this mood stays after a delay, and how much
# each remedy adds. These are stated guesses, worth `WEIGHT` customers: outcomes soon outvote them.
STAYS = {"angry": 0.45, "anxious": 0.6, "neutral": 0.7, "pleased": 0.8}
ADDS = {NONE: 0.0, "5%": 0.06, "10%": 0.1, "20%": 0.14}
WEIGHT = 10.0
# Share of choices made at random among what is allowed, so that each option's worth stays measurable (off-policy).
EXPLORE = 0.05
# Until costs are joined to orders: what is left of a customer's spending after goods and freight.
MARGIN = 0.3

_GRID = (np.arange(400) + 0.5) / 400
Array = np.ndarray[Any, np.dtype[np.float64]]


class Option(NamedTuple):
    """A remedy and what it costs, in minor units."""

    remedy: str
    cost: int


class Choice(NamedTuple):
    """What was chosen; `better` is the probability (0 to 1) that it is worth more than doing nothing."""

    option: Option
    propensity: float
    better: float
    alternatives: tuple[Alternative, ...]


def options(order_value: int, advice: RemedyAdvice) -> tuple[Option, ...]:
    """What the decision table allows, nothing first. A share above the amount cap gives the cap, once."""
    allowed = {NONE: 0}
    for percent in PERCENTS:
        cost = min(round(order_value * percent / 100), advice.amount_cap)
        if percent <= advice.percent_cap and cost > max(allowed.values()):
            allowed[f"{percent}%"] = cost
    return tuple(Option(remedy, cost) for remedy, cost in allowed.items())


def worth_of(lifetime_value: Money | None, orders: Sequence[Order], currency: str) -> int:
    """What a customer who stays is worth in minor units: the known lifetime value, else the margin of past orders."""
    if lifetime_value is not None and lifetime_value.currency == currency:
        return max(0, lifetime_value.amount)
    spent = sum(o.total.amount for o in orders if o.total is not None and o.total.currency == currency and _kept(o))
    return max(0, round(spent * MARGIN))


def _kept(order: Order) -> bool:
    return order.status not in ("cancelled", "unavailable", "returned")


def belief(remedy: str, mood: str, outcomes: Mapping[str, RemedyOutcome]) -> tuple[float, float]:
    """Beta parameters of the chance to stay: the prior and what was counted."""
    mean = min(0.95, STAYS[mood] + ADDS[remedy])
    seen = outcomes.get(remedy)
    return mean * WEIGHT + (seen.stayed if seen else 0), (1 - mean) * WEIGHT + (seen.left if seen else 0)


def choose(
    allowed: Sequence[Option], mood: str, worth: int, outcomes: Mapping[str, RemedyOutcome], seed: str
) -> Choice:
    """Thompson sampling (Thompson 1933) of argmax P(stay | remedy, mood) × worth − cost, with exact propensities.

    An option's propensity is the probability that it is the best one under the posteriors, integrated rather than
    sampled, mixed with EXPLORE. `seed` fixes the draw, so that a replay repeats it. Scores are minor units.
    """
    beliefs = [belief(option.remedy, mood, outcomes) for option in allowed]
    scores = [a / (a + b) * worth - option.cost for (a, b), option in zip(beliefs, allowed, strict=True)]
    chances = best_chances(beliefs, [option.cost for option in allowed], worth)
    spread = [(1 - EXPLORE) * chance + EXPLORE / len(allowed) for chance in chances] if worth else chances
    propensities = [round(p, 6) for p in spread]
    at, chosen = _unit(seed) * sum(propensities), 0
    for n, p in enumerate(propensities):
        chosen = n
        at -= p
        if at < 0:
            break
    rival = best_chances([beliefs[0], beliefs[chosen]], [0, allowed[chosen].cost], worth)[1] if chosen else 1.0
    return Choice(
        allowed[chosen],
        propensities[chosen],
        round(rival, 6),
        tuple(
            Alternative(name=o.remedy, score=round(s, 2), propensity=p, chosen=n == chosen)
            for n, (o, s, p) in enumerate(zip(allowed, scores, propensities, strict=True))
        ),
    )


def best_chances(beliefs: Sequence[tuple[float, float]], costs: Sequence[int], worth: int) -> list[float]:
    """P(option i has the greatest stay × worth − cost) for independent Beta beliefs, by the midpoint rule.

    Without any worth the cheapest option, the first, is the best for sure.
    """
    if not worth:
        return [1.0] + [0.0] * (len(costs) - 1)
    masses = [_masses(a, b) for a, b in beliefs]
    edges = np.linspace(0, 1, len(_GRID) + 1)
    curves = [np.concatenate(([0.0], np.cumsum(mass))) for mass in masses]
    chances: list[float] = []
    for i, mass in enumerate(masses):
        beaten = np.ones_like(_GRID)
        for j, curve in enumerate(curves):
            if j != i:
                beaten = beaten * np.interp(_GRID + (costs[j] - costs[i]) / worth, edges, curve)
        chances.append(float((mass * beaten).sum()))
    total = sum(chances)
    return [chance / total for chance in chances]


def _masses(a: float, b: float) -> Array:
    log = (a - 1) * np.log(_GRID) + (b - 1) * np.log1p(-_GRID)
    mass = np.exp(log - log.max())
    return mass / mass.sum()


def _unit(seed: str) -> float:
    """A number in [0, 1) that is a function of the seed alone."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=6).digest(), "big") / 2**48
