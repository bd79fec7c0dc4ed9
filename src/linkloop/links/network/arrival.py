"""Arrival times: how long parcels are on their way, as counts in steps of a quarter of a day, and quantiles of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from linkloop.commerce.network import Arrival, ArrivalTime, LaneTimes
from linkloop.core.feed import Read
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table, join_key
from linkloop.links.network.site import Vector

STEP_DAYS = 0.25
MOST_STEPS = 240  # sixty days; what takes longer is counted there
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
TRUST = 25.0  # parcels that what is known of the wider group is worth on a lane
ENOUGH = 20
GUESS_DAYS = (1.0, 1.4, 2.0, 3.0, 4.5, 6.5, 8.0)  # nothing seen yet: a stated guess, wide on purpose


def counted(counts: Sequence[int], days: float) -> tuple[int, ...]:
    """The counts with one more parcel that took so many days."""
    step = min(max(int(days / STEP_DAYS), 0), MOST_STEPS)
    more = list(counts) + [0] * (step + 1 - len(counts))
    more[step] += 1
    return tuple(more)


def blended(groups: Sequence[Sequence[float]], trust: float = TRUST) -> Vector:
    """One distribution over the steps from groups, the widest first: each is shrunk towards the one before it, which
    is worth `trust` parcels (a Dirichlet prior; Gelman et al. 2013, Bayesian Data Analysis, 3.4)."""
    belief = np.zeros(MOST_STEPS + 1)
    for counts in groups:
        seen = np.zeros(MOST_STEPS + 1)
        seen[: len(counts)] = counts
        total = seen.sum()
        if belief.sum() <= 0:
            belief = seen / total if total > 0 else belief
        else:
            belief = (seen + trust * belief) / (total + trust)
    return belief


def quantiles(belief: Vector, levels: Sequence[float] = LEVELS) -> tuple[float, ...]:
    """Days at these levels; within a step parcels are taken as evenly spread."""
    cumulative = np.concatenate([[0.0], np.cumsum(belief)])
    edges = np.arange(len(cumulative)) * STEP_DAYS
    rising = np.concatenate([[True], np.diff(cumulative) > 0])
    return tuple(float(x) for x in np.interp(levels, cumulative[rising], edges[rising]))


def mean_days(belief: Vector) -> float:
    """The mean in days."""
    return float(belief @ ((np.arange(len(belief)) + 0.5) * STEP_DAYS))


class ArrivalModel:
    """Answers ArrivalTime from what was counted of the lane, of its carrier, and of all parcels."""

    card = ModelCard(
        name="arrival-counts",
        version="1",
        question="ArrivalTime",
        driver="linkloop",
        latency_ms_p50=0.2,
        latency_ms_p99=1.0,
        languages=("zh", "en"),
        trained_by="counts as parcels arrive (links/network/learning.py)",
    )
    fed_by: tuple[type[Table], ...] = ()

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        """Nothing is fed: the few rows that are needed are looked up."""

    def unfeed(self, offset: int) -> None:
        """Nothing was fed."""

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without any table: the guess."""
        return Given(value=Arrival(mean=3.4, levels=LEVELS, days=GUESS_DAYS), confidence=0.1)

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        """As of the rows that `read` shows."""
        assert isinstance(question, ArrivalTime)
        keys = [("", "", ""), (question.carrier, "", ""), (question.carrier, question.origin, question.destination)]
        names = ("all", "carrier", "lane")
        found: list[tuple[str, LaneTimes]] = []
        for name, key in zip(names, keys, strict=True):
            if name != "all" and not key[0]:
                continue
            rows = [read(LaneTimes, join_key((*key, str(rough)))) for rough in _weathers(question.rough_weather)]
            found += [(name, row) for row in rows if row is not None and row.parcels]
        if not found:
            return self.answer(question)
        belief = blended([row.counts for _, row in found])
        name, row = next(((n, r) for n, r in reversed(found) if r.parcels >= ENOUGH), found[0])
        value = Arrival(
            mean=mean_days(belief), levels=LEVELS, days=quantiles(belief), parcels=row.parcels,
            basis="lane" if name == "lane" else "carrier" if name == "carrier" else "all",
        )  # fmt: skip
        return Given(value=value, confidence=row.parcels / (row.parcels + TRUST))


def _weathers(rough: bool) -> tuple[bool, ...]:
    """In rough weather both are looked at, the fair first: the rough ones are then what it is shrunk to."""
    return (False, True) if rough else (False,)
