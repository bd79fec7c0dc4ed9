"""Marks: the position below which a product is ordered and the one it is ordered up to, and who says so."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from linkloop.commerce.stock import ReplenishAdvice
from linkloop.links.stock import futures, net
from linkloop.links.stock.case import REVIEW_DAYS, Case
from linkloop.links.stock.model import Future, LeadDays
from linkloop.links.stock.night import Tuned, unit_cost
from linkloop.links.stock.terms import Floats
from linkloop.links.stock.tuning import HOLDING_A_DAY, LINE, SEGMENTS

CYCLE_DAYS = 7  # an order should last about a week beyond the lead time, until the nights know better


class Marks(NamedTuple):
    """Order up to `high` below `low`; `level` and `cover` days behind them, demand until then, who says so, and what
    the other would order up to."""

    low: int
    high: int
    level: float
    cover: int
    future: Future
    by: Literal["table", "tuned", "learned"] = "table"
    segment: str = ""
    others: tuple[tuple[str, int], ...] = ()


def marks(case: Case, lead: LeadDays, advice: ReplenishAdvice, tuned: Tuned, paths: Floats | None, seed: int) -> Marks:
    """By the segment's tuned level where there is one that the table lets be, else by the table's."""
    segment = tuned.of(case)
    choice = None if advice.fixed else tuned.choices.get(segment)
    row = tuned.rows.get(segment)
    level, cover = (
        (advice.service_level, CYCLE_DAYS) if choice is None or row is None else (choice.level, row.cover_days)
    )
    found = _by_quantile(case, lead, paths, level, cover, seed)
    if choice is None or row is None:
        return found
    name = SEGMENTS[segment]
    mine = found._replace(by="tuned", segment=name)
    ordering = net.shipped()
    if ordering is None:
        return mine
    low, high = _by_net(ordering, case, lead, paths, choice.price, tuned.cost, seed)
    if row.policy != "learned":
        return mine._replace(others=(("the learned net", high),))
    return mine._replace(by="learned", low=low, high=high, others=((f"service level {level:g}", mine.high),))


def _by_quantile(case: Case, lead: LeadDays, paths: Floats | None, level: float, cover: int, seed: int) -> Marks:
    if paths is None or case.extra:
        future = Future.over(case.demand, lead, cover, case.extra)
        low = Future.over(case.demand, lead, REVIEW_DAYS, case.extra).quantile(level)
        return Marks(low, max(future.quantile(level), low), level, cover, future)
    found = futures.wanted(case, lead, paths, level, cover, seed)
    return Marks(found.low, max(found.high, found.low), level, cover, Future(found.mean, found.variance))


def _by_net(
    ordering: net.NetOrdering, case: Case, lead: LeadDays, paths: Floats | None, price: float, cost: float, seed: int
) -> tuple[int, int]:
    soon, week = (
        (futures.moments(lead, paths, days, seed) if paths is not None else _moments(case, lead, days))
        for days in (REVIEW_DAYS, CYCLE_DAYS)
    )
    worth = unit_cost(case) / cost
    holding = HOLDING_A_DAY * worth
    earns = max(worth * case.margin / max(1 - case.margin, 0.05), 0.01)
    on_hand = max(case.level.on_hand, 0)
    columns = np.array(
        [[
            on_hand, case.position - on_hand, soon[0], soon[1] ** 0.5, week[0], week[1] ** 0.5, lead.mean, lead.sd,
            max(case.supplier.case_pack_units, 1), case.supplier.min_order_units, price * earns / holding,
            LINE / holding,
        ]], np.float32,
    )  # fmt: skip
    low, high = ordering.marks(columns)
    return int(low[0]), int(high[0])


def _moments(case: Case, lead: LeadDays, days: float) -> tuple[float, float]:
    future = Future.over(case.demand, lead, days, case.extra)
    return future.mean, future.sd**2
