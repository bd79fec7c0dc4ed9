"""Transfers between our own places: a unit moves where it is worth more than where it lies, by marginal value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

import msgspec
import numpy as np

from linkloop.commerce.stock import Place, Transfer
from linkloop.core.decision import Alternative, Decision, decide
from linkloop.core.link import Context
from linkloop.links.stock import wording
from linkloop.links.stock.case import REVIEW_DAYS, Case
from linkloop.links.stock.model import Future

FREIGHT = 0.03  # moving a unit costs this share of what the unit costs; stated, until lanes are known
KM_A_DAY = 600.0
HANDLING_DAYS = 1.0
REFILL_DAYS = 7  # who gives is looked at for this much longer: it must not run out for having given
LEAST_SAVED = 1.0  # units of expected sales that a transfer must save, over what it may cost the giver


class Move(NamedTuple):
    """Units from one case's place to another's: expected sales saved (net, units) and money won (major units)."""

    giver: Case
    taker: Case
    units: int
    days: float
    saved: float
    worth: float


def plan(ctx: Context, cases: list[Case]) -> list[Move]:
    """The moves of one product between its places, greatest first; no place both gives and takes."""
    moves: list[Move] = []
    places = {case.level.place: ctx.read(Place, case.level.place) for case in cases}
    pairs = [
        move
        for taker in cases
        for giver in cases
        if taker is not giver
        and (move := best(giver, taker, days_between(places[giver.level.place], places[taker.level.place])))
    ]
    gave: set[str] = set()
    took: set[str] = set()
    for move in sorted(pairs, key=lambda m: (-m.worth, m.giver.level.place, m.taker.level.place)):
        giver, taker = move.giver.level.place, move.taker.level.place
        if giver in took or giver in gave or taker in gave or taker in took:
            continue
        gave.add(giver)
        took.add(taker)
        moves.append(move)
    return moves


def best(giver: Case, taker: Case, days: float) -> Move | None:
    """The units that are worth more at the taker; None where the supplier is as fast, or too little would be saved.

    The k-th unit at a place is worth its margin × P(demand until goods can come ≥ k): so the j-th moved unit wins
    margin × (P(taker's demand ≥ stock + j) − P(giver's demand ≥ stock − j + 1)) less freight, which falls with j.
    """
    if days >= taker.lead.mean or taker.demand.mean <= 0:
        return None
    unit = unit_margin(giver)
    free = giver.level.on_hand + min(giver.coming, 0)
    if free <= 0 or unit <= 0:
        return None
    needs = Future.over(taker.demand, taker.lead, REVIEW_DAYS, taker.extra)
    keeps = Future.over(giver.demand, giver.lead, REVIEW_DAYS + REFILL_DAYS, giver.extra)
    steps = np.arange(1, free + 1)
    won = needs.at_least(taker.position + steps) - keeps.at_least(giver.position - steps + 1)
    freight = freight_of(giver) / unit
    units = int(np.argmax(won <= freight)) if (won <= freight).any() else free
    saved = float(won[:units].sum())
    if units == 0 or saved < LEAST_SAVED:
        return None
    return Move(giver, taker, units, days, saved, unit * (saved - freight * units))


def propose(moves: list[Move], wave: str, at: datetime) -> Iterator[Decision]:
    """A decision per move, with what half of it and nothing would bring."""
    for move in moves:
        product = move.giver.product
        assert product.cost is not None
        action = Transfer(
            product_id=product.product_id,
            from_place=move.giver.level.place,
            to_place=move.taker.level.place,
            wave=wave,
            quantity=move.units,
            at_risk=product.cost * move.units,
        )
        days = move.giver.demand.days
        half = move.units // 2
        options = [Alternative(name=f"{move.units} units", score=round(move.worth, 2), propensity=1.0, chosen=True)]
        if half:
            options.append(Alternative(name=f"{half} units", score=round(_worth(move, half), 2)))
        options.append(Alternative(name="move nothing and wait for the supplier", score=0.0))
        yield decide(
            action,
            wording.transfer_reason(move.giver, move.taker, action, move.days, move.saved),
            confidence=round(days / (days + 7), 4),
            alternatives=tuple(options),
            decide_by=at + timedelta(days=1),
        )


def moved(cases: list[Case], moves: list[Move]) -> list[Case]:
    """The cases as they stand once the moves are decided."""
    change: dict[str, int] = {}
    for move in moves:
        change[move.giver.level.place] = change.get(move.giver.level.place, 0) - move.units
        change[move.taker.level.place] = change.get(move.taker.level.place, 0) + move.units
    return [
        msgspec.structs.replace(case, coming=case.coming + change.get(case.level.place, 0)) if change else case
        for case in cases
    ]


def _worth(move: Move, units: int) -> float:
    unit = unit_margin(move.giver)
    needs = Future.over(move.taker.demand, move.taker.lead, REVIEW_DAYS, move.taker.extra)
    keeps = Future.over(move.giver.demand, move.giver.lead, REVIEW_DAYS + REFILL_DAYS, move.giver.extra)
    steps = np.arange(1, units + 1)
    won = needs.at_least(move.taker.position + steps) - keeps.at_least(move.giver.position - steps + 1)
    return unit * float(won.sum()) - freight_of(move.giver) * units


def unit_margin(case: Case) -> float:
    """What a sale of one unit earns, in major units."""
    assert case.product.cost is not None
    return float(case.product.cost.major()) * case.margin / max(1e-9, 1 - case.margin)


def freight_of(case: Case) -> float:
    """What moving one unit costs, in major units."""
    assert case.product.cost is not None
    return float(case.product.cost.major()) * FREIGHT


def days_between(a: Place | None, b: Place | None) -> float:
    """Days on the road by the great-circle distance; two days where a place's position is unknown."""
    if a is None or b is None or a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return HANDLING_DAYS + 1.0
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    part = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return HANDLING_DAYS + ceil(10 * 2 * 6371 * asin(sqrt(part)) / KM_A_DAY) / 10
