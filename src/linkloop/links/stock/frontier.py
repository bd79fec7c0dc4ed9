"""The shop's own frontier: what each service level would turn and lose over the coming weeks, by its own forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.commerce.stock import StockFrontier
from linkloop.links.stock.futures import told_by
from linkloop.links.stock.rolling import LEVELS, Reals, Shelves, Trial, sweep
from linkloop.links.stock.terms import Floats
from linkloop.links.stock.tuning import SEGMENTS, Choice

DAYS = 28
PATHS, KNOWN = 48, 32  # joint futures; the first of them tell what is ordered, demand is the others


class Coming(NamedTuple):
    """(level, cover place) → what holding it would bring over the coming days, for each series of `shelves`."""

    tries: dict[tuple[float, int], Trial]
    shelves: Shelves
    weight: Reals


def simulate_coming(paths: Floats, shelves: Shelves, weight: Reals, seed: int) -> Coming:
    """Try every level on `paths` (series, PATHS, days): ordered by the first of them, met by the others.

    `weight` (series) is how many of the shop's series each one stands for.
    """
    given = told_by(paths[:, :KNOWN], shelves, DAYS)
    met = np.round(np.moveaxis(paths[:, KNOWN:, :DAYS], 0, 2).swapaxes(0, 1)).astype(np.float64)
    return Coming(sweep(met, given, shelves, seed=seed), shelves, weight)


def points(coming: Coming, choices: Mapping[int, Choice], day: str) -> Iterator[StockFrontier]:
    """The frontier of the shop and of each segment, and where it stands today."""
    segment = coming.shelves.segment
    everything = np.ones(len(segment), np.bool_)
    scopes = {"shop": everything, **{SEGMENTS[place]: segment == place for place in sorted(choices)}}
    for scope, rows in scopes.items():
        for level in LEVELS:
            held = {place: (level, choice.cover) for place, choice in choices.items()}
            yield _point(coming, rows, held, scope, f"{level:g}", day)
        chosen = {place: (choice.level, choice.cover) for place, choice in choices.items()}
        yield _point(coming, rows, chosen, scope, "today", day)


def _point(
    coming: Coming,
    rows: npt.NDArray[np.bool_],
    held: Mapping[int, tuple[float, int]],
    scope: str,
    point: str,
    day: str,
) -> StockFrontier:
    asked = sold = short = kept = level = 0.0
    days = 1
    for place, name in held.items():
        here = rows & (coming.shelves.segment == place)
        trial, weight = coming.tries[name], coming.weight * here
        days = trial.days
        asked, sold = asked + float(weight @ trial.demanded), sold + float(weight @ trial.sold)
        short, kept = short + float(weight @ trial.short), kept + float(weight @ trial.held)
        level += name[0] * float(weight.sum())
    series = float((coming.weight * rows).sum())
    return StockFrontier(
        scope=scope,
        point=point,
        day=day,
        service_level=round(level / max(series, 1e-9), 4),
        stockout=round(short / max(asked, 1e-9), 5),
        turnover=round(sold / max(kept, 1e-9) * 365, 2),
        held_units=round(kept / days, 1),
        days=DAYS,
        series=round(series),
        today=point == "today",
    )
