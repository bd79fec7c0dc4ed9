"""A centre and its fronts: what it holds goes where it is worth most, and it orders for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec
import numpy as np

from linkloop.commerce.stock import Place
from linkloop.core.link import Context
from linkloop.links.stock import futures, transfer
from linkloop.links.stock.allocate import Reals, allocate, steps_of
from linkloop.links.stock.case import REVIEW_DAYS, Case
from linkloop.links.stock.model import Demand, Future, LeadDays

NEXT_DAYS = 3  # a front is sent what it needs until the centre's goods of three nights on are there
PATHS = 100
TOGETHER = 200  # products that are divided at once; the limit on what a front takes in is shared by how much they sell
MANY = 10**9
_GRID = tuple((n + 0.5) / PATHS for n in range(PATHS))
_FRONTS = "SELECT place, centre FROM places WHERE centre <> '' AND centre <> place ORDER BY centre, place"


class Chain(NamedTuple):
    """The cases of one product: at the centre, and at the fronts that it supplies."""

    centre: Case
    fronts: list[Case]

    @property
    def cases(self) -> list[Case]:
        """The centre's and its fronts'."""
        return [self.centre, *self.fronts]


def fronts_of(ctx: Context) -> dict[str, str]:
    """Front → its centre; who supplies others is supplied by nobody but suppliers."""
    found = {row["place"]: row["centre"] for row in ctx.sql(_FRONTS)}
    return {place: centre for place, centre in found.items() if centre not in found}


def chains(cases: Sequence[Case], supplied: dict[str, str]) -> tuple[list[Chain], list[Case]]:
    """The product's chains, and the cases of none: a front whose centre does not know the product is like any place."""
    by_place = {case.level.place: case for case in cases}
    found: dict[str, list[Case]] = {}
    for place, case in by_place.items():
        if supplied.get(place, "") in by_place:
            found.setdefault(supplied[place], []).append(case)
    taken = {*found, *(case.level.place for fronts in found.values() for case in fronts)}
    return (
        [Chain(by_place[centre], fronts) for centre, fronts in found.items()],
        [case for case in cases if case.level.place not in taken],
    )


def divide(ctx: Context, given: Sequence[Chain], day: str, seed: int) -> Iterator[tuple[Chain, list[transfer.Move]]]:
    """Each chain with what its centre sends to which front tonight."""
    rows = sorted(given, key=lambda chain: (chain.centre.level.place, chain.centre.product.product_id))
    for centre, group in groupby(rows, key=lambda chain: chain.centre.level.place):
        mine = list(group)
        places = sorted({front.level.place for chain in mine for front in chain.fronts})
        known = {place: ctx.read(Place, place) for place in (centre, *places)}
        days = {place: transfer.days_between(known[centre], known[place]) for place in places}
        sells = sum(_pace(chain) for chain in mine)
        for first in range(0, len(mine), TOGETHER):
            part = mine[first : first + TOGETHER]
            share = sum(map(_pace, part)) / max(sells, 1e-9)
            limits = [place.inbound_units if (place := known[name]) else 0 for name in places]
            most = np.array([float(MANY)] + [int(limit * share) if limit else float(MANY) for limit in limits])
            units, samples = _divided(ctx, part, places, days, most, day, seed)
            for n, chain in enumerate(part):
                yield chain, _moves(chain, places, days, units[:, n], samples[:, :, n])


def whole(chain: Chain) -> Case:
    """The chain as one product at its centre, which orders for all: stock, ways and demand together."""
    cases = chain.cases
    level = msgspec.structs.replace(
        chain.centre.level,
        on_hand=sum(case.level.on_hand for case in cases),
        on_order=sum(case.level.on_order for case in cases),
        backordered=sum(case.level.backordered for case in cases),
    )
    demand = Demand(
        sum(case.demand.mean for case in cases),
        sum(case.demand.variance for case in cases),
        max(case.demand.days for case in cases),
    )
    return msgspec.structs.replace(
        chain.centre,
        level=level,
        demand=demand,
        coming=sum(case.coming for case in cases),
        back_a_day=sum(case.back_a_day for case in cases),
    )


def _pace(chain: Chain) -> float:
    return sum(case.demand.mean for case in chain.fronts)


def _divided(
    ctx: Context,
    part: Sequence[Chain],
    places: Sequence[str],
    days: dict[str, float],
    most: Reals,
    day: str,
    seed: int,
) -> tuple[np.ndarray, Reals]:
    """(places + 1, products) units to each front; (paths, places + 1, products) what each asks until more can come."""
    stock, saving = np.zeros((2, len(places) + 1, len(part)))
    samples = np.zeros((PATHS, len(places) + 1, len(part)))
    available = np.zeros(len(part))
    keys: list[tuple[str, str]] = []
    wait: list[float] = []
    where: list[tuple[int, int]] = []
    for n, chain in enumerate(part):
        available[n] = max(chain.centre.level.on_hand + min(chain.centre.coming, 0), 0)
        worth, freight = max(transfer.unit_margin(chain.centre), 0.0), transfer.freight_of(chain.centre)
        for case in chain.cases:
            at_home = case is chain.centre
            row = 0 if at_home else 1 + places.index(case.level.place)
            # The centre's own customers are served until the supplier can come, a front's until the centre can again.
            until = case.lead.mean + REVIEW_DAYS if at_home else days[case.level.place] + NEXT_DAYS
            stock[row, n] = 0.0 if at_home else max(case.position, 0)
            saving[row, n] = worth if at_home else max(worth - freight, 0.0)
            keys.append((case.product.product_id, case.level.place))
            wait.append(until)
            where.append((row, n))
            future = Future.over(case.demand, LeadDays(until, 0.0))
            samples[:, row, n] = [future.quantile(level) for level in _GRID]
    paths = futures.ask(ctx, keys, day, int(max(wait)) + 2, PATHS, seed)
    if paths is not None:
        for place, (row, n) in enumerate(where):
            if paths[place].any():
                samples[:, row, n] = futures.summed(paths[place], np.full(PATHS, wait[place]))
    kinds = np.full(len(places) + 1, MANY)
    units = allocate(steps_of(samples, stock, saving), available, most, kinds, home=0, patient=True)
    return units, samples


def _moves(
    chain: Chain, places: Sequence[str], days: dict[str, float], units: np.ndarray, samples: Reals
) -> list[transfer.Move]:
    """The units that save a sale at least: fewer wait for tomorrow night."""
    worth = max(transfer.unit_margin(chain.centre), 0.0)
    found: list[transfer.Move] = []
    for front in chain.fronts:
        row = 1 + places.index(front.level.place)
        sent = int(units[row])
        lacks = samples[:, row] - max(front.position, 0)
        saved = float(np.clip(lacks, 0, sent).mean())
        if sent > 0 and saved >= transfer.LEAST_SAVED:
            gained = worth * saved - transfer.freight_of(chain.centre) * sent
            found.append(transfer.Move(chain.centre, front, sent, days[front.level.place], saved, gained))
    return found
