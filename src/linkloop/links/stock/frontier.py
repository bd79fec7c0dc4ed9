"""The shop's own frontier: what each service level would turn and lose over the coming weeks, by its own forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.commerce.stock import StockFrontier
from linkloop.links.stock.futures import told_by
from linkloop.links.stock.rolling import COVERS, LEVELS, Reals, Shelves, Trial, sweep
from linkloop.links.stock.terms import Floats
from linkloop.links.stock.tuning import SEGMENTS, Choice

DAYS = 28
WEEK = COVERS.index(7)
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
    """The frontier of the shop and of each segment, and where it stands today.

    A segment for which no level has been chosen yet is ordered for a week beyond the lead time, as the table has it;
    where it stands today is not told, for its levels are the table's, product by product.
    """
    segment = coming.shelves.segment
    there = [place for place in range(len(SEGMENTS)) if bool((segment == place).any())]
    cover = {place: choices[place].cover if place in choices else WEEK for place in there}
    scopes = {"shop": there, **{SEGMENTS[place]: [place] for place in there}}
    for scope, places in scopes.items():
        rows = np.isin(segment, places)
        for level in LEVELS:
            yield _point(coming, rows, {place: (level, cover[place]) for place in places}, scope, f"{level:g}", day)
        if all(place in choices for place in places):
            chosen = {place: (choices[place].level, cover[place]) for place in places}
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
