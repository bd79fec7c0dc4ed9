"""The stock policy: what to order at the end of a day, and at once when a product spikes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from linkloop.commerce.stock import (
    DemandSpiked,
    Replenish,
    ReplenishAdvice,
    ReplenishPolicy,
    ShopDay,
    StockLevel,
)
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Alternative, Decision, decide
from linkloop.core.link import Context
from linkloop.core.question import Answer
from linkloop.core.table import Table
from linkloop.links.stock import history, outlook, surplus, transfer, wording
from linkloop.links.stock.case import REVIEW_DAYS, Case, bound, open_case
from linkloop.links.stock.counting import SHOP, next_day, shop_day
from linkloop.links.stock.model import Demand, Future, LeadDays, order_quantity

CYCLE_DAYS = 7  # an order should last about a week beyond the lead time
HOLDING_A_YEAR = 0.25  # cost of holding stock for a year, as a share of its cost: capital, space, ageing
EXPEDITED = 0.5  # an expedited order takes half the time
LEVELS = (0.90, 0.95, 0.98, 0.99)  # service levels that are weighed beside the chosen one
MOST_TIMES = 10.0  # a spike of more is believed to be this many times the usual
SPIKE_DAYS = 2.0  # days of its excess that a spike brings in all: it halves every day
_SQL_LEVELS = "SELECT product_id, place, on_hand + on_order - backordered AS position FROM stock_levels ORDER BY 1, 2"


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Look at every product at all its places: move, order, and say what will not sell; one wave a day."""
    opened = next_day(event)
    yield opened
    pasts = history.demand(ctx, event.day, opened.ahead_minutes)
    coming, told = history.pending(ctx), outlook.told(ctx, event.day)
    for _, rows in groupby(ctx.sql(_SQL_LEVELS), key=lambda row: row["product_id"]):
        cases: list[Case] = []
        for row in rows:
            where = (row["product_id"], row["place"])
            past, forecast = pasts.get(where), told.get(where)
            if row["position"] >= 0 and (past is None or not any(past.units)) and forecast is None:
                continue
            case = open_case(ctx, *where, past, coming.get(where, 0), forecast)
            if case is not None:
                cases.append(case)
        yield from _close_product(ctx, cases, event)


def _close_product(ctx: Context, cases: list[Case], event: DayClosed) -> Iterator[Table]:
    """Move what is worth more elsewhere, order what is still short, and say what will not sell."""
    low = [case for case in cases if case.position < bound(case)]
    if low and len(cases) > 1:
        moves = transfer.plan(ctx, cases)
        yield from transfer.propose(moves, event.day, event.at)
        low = [case for case in transfer.moved(cases, moves) if case.position < bound(case)]
    for case in low:
        yield from _propose(ctx, case, event.day, event.at, spiking=False)
    yield from surplus.advise(ctx, [case for case in cases if case.forecast], event.day)


def answer_spike(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Order for a product that spikes; a spike of the whole shop waits for the night, which sees every product."""
    if not event.product_id or event.expected <= 0:
        return
    day = shop_day(ctx, event.at)
    opened = ctx.read(ShopDay, SHOP)
    yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    pasts = history.demand(ctx, yesterday, opened.ahead_minutes if opened else 0, event.product_id)
    coming = history.pending(ctx, event.product_id)
    places = [level.place for level in ctx.read(StockLevel, product_id=event.product_id)]
    times = min(event.observed / event.expected, MOST_TIMES)
    for place in [event.place] if event.place in places else places:
        where = (event.product_id, place)
        case = open_case(ctx, *where, pasts.get(where), coming.get(where, 0))
        if case is None:
            continue
        demand = case.demand
        if demand.mean <= 0:  # new today: all that is known is what the watch expected
            usual = event.expected * 1440 / event.window_minutes / max(1, len(places))
            demand = Demand(usual, usual, 1)
        extra = demand.mean * (times - 1) * SPIKE_DAYS
        case = msgspec.structs.replace(case, demand=demand, extra=extra)
        yield from _propose(ctx, case, f"spike:{day}", event.at, spiking=True)


def _propose(ctx: Context, case: Case, wave: str, at: datetime, *, spiking: bool) -> Iterator[Decision]:
    advice = ctx.ask(
        ReplenishPolicy(
            days_of_cover=case.position / case.demand.mean if case.demand.mean > 0 else 0.0,
            lead_time_days=case.lead.mean,
            units_per_day=case.demand.mean,
            volatility=case.demand.volatility,
            margin=case.margin,
            spiking=spiking,
        )
    )
    lead = case.lead
    if advice.value.expedite:
        lead = LeadDays(lead.mean * EXPEDITED, lead.sd * EXPEDITED)
    future = Future.over(case.demand, lead, CYCLE_DAYS, case.extra)
    target = _target(case, lead, future, advice.value)
    quantity = order_quantity(target - case.position, case.supplier.case_pack_units, case.supplier.min_order_units)
    if quantity == 0:
        return
    assert case.product.cost is not None
    cost = case.product.cost * quantity
    action = Replenish(
        product_id=case.product.product_id,
        place=case.level.place,
        wave=wave,
        quantity=quantity,
        supplier_id=case.product.supplier_id,
        expedite=advice.value.expedite,
        at_risk=cost,
    )
    yield decide(
        action,
        wording.reason(case, lead, advice.value, target, action, spiking=spiking),
        confidence=round(advice.confidence * case.demand.days / (case.demand.days + 7), 4),
        alternatives=_alternatives(case, future, quantity, advice),
        decide_by=at + timedelta(days=1),
    )


def _target(case: Case, lead: LeadDays, future: Future, advice: ReplenishAdvice) -> int:
    """The position to order up to; the position itself when it still covers the lead time.

    What customers have paid for and we do not have is ordered whatever the table says of stock.
    """
    if not advice.order:
        return 0
    needed = Future.over(case.demand, lead, REVIEW_DAYS, case.extra).quantile(advice.service_level)
    return future.quantile(advice.service_level) if case.position < needed else case.position


def _alternatives(
    case: Case, future: Future, quantity: int, advice: Answer[ReplenishAdvice]
) -> tuple[Alternative, ...]:
    """Expected cost (in major units, negative: more is better) until the next order would arrive, per option."""
    cost = case.product.cost
    assert cost is not None
    unit = float(cost.major())
    underage = unit * case.margin / max(1e-9, 1 - case.margin) if case.margin < 1 else unit
    overage = unit * HOLDING_A_YEAR * (case.lead.mean + CYCLE_DAYS) / 365
    chosen = advice.value.service_level

    def weighed(name: str, units: int, took: bool = False) -> Alternative:
        score = -future.cost(case.position + units, max(underage, 0.0), overage)
        return Alternative(name=name, score=round(score, 2), propensity=1.0 if took else 0.0, chosen=took)

    others: list[Alternative] = []
    for level in LEVELS:
        if abs(level - chosen) < 1e-9:
            continue
        wanted = future.quantile(level) - case.position
        units = order_quantity(wanted, case.supplier.case_pack_units, case.supplier.min_order_units)
        others.append(weighed(f"{units} units, service level {level:g}", units))
    return weighed(f"{quantity} units, service level {chosen:g}", quantity, True), weighed("order nothing", 0), *others
