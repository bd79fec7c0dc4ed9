"""The stock policy: what to order at the end of a day, and at once when a product spikes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import msgspec

from linkloop.commerce.stock import DemandSpiked, Replenish, ReplenishPolicy, ShopDay, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Alternative, Decision, decide
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.stock import centre, futures, history, night, outlook, surplus, transfer, wording
from linkloop.links.stock.case import Case, bound, open_case
from linkloop.links.stock.counting import SHOP, next_day, shop_day
from linkloop.links.stock.marks import CYCLE_DAYS, Marks, marks
from linkloop.links.stock.model import Demand, LeadDays, order_quantity
from linkloop.links.stock.night import Tuned
from linkloop.links.stock.rolling import COVERS
from linkloop.links.stock.terms import Floats

HOLDING_A_YEAR = 0.25  # cost of holding stock for a year, as a share of its cost: capital, space, ageing
EXPEDITED = 0.5  # an expedited order takes half the time
LEVELS = (0.90, 0.95, 0.98, 0.99)  # service levels that are weighed beside the chosen one
MOST_TIMES = 10.0  # a spike of more is believed to be this many times the usual
SPIKE_DAYS = 2.0  # days of its excess that a spike brings in all: it halves every day
TOGETHER = 64  # products at places whose futures are asked for at once
_SQL_LEVELS = "SELECT product_id, place, on_hand + on_order - backordered AS position FROM stock_levels ORDER BY 1, 2"


class Night(NamedTuple):
    """What every order of a night is decided with."""

    wave: str
    at: datetime
    tuned: Tuned
    seed: int


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Look at every product at all its places: move, order, and say what will not sell; one wave a day."""
    opened = next_day(event)
    yield opened
    pasts = history.demand(ctx, event.day, opened.ahead_minutes)
    coming, told = history.pending(ctx), outlook.told(ctx, event.day)
    rows = [
        row
        for row in ctx.sql(_SQL_LEVELS)
        if row["position"] < 0
        or any(pasts[row["product_id"], row["place"]].units if (row["product_id"], row["place"]) in pasts else ())
        or (row["product_id"], row["place"]) in told
    ]

    def case_of(key: tuple[str, str]) -> Case | None:
        return open_case(ctx, *key, pasts.get(key), coming.get(key, 0), told.get(key))

    keys = [(row["product_id"], row["place"]) for row in rows]
    seed = futures.seed_of(event.id or event.day)
    looked = [case for key in night.sample(keys) if (case := case_of(key)) is not None]
    found = night.work(ctx, looked, len(keys), event.day, opened.ahead_minutes, seed)
    yield from found.rows
    tonight = Night(event.day, event.at, found.tuned, seed)
    together: list[list[Case]] = []
    supplied, linked = centre.fronts_of(ctx), list[centre.Chain]()
    for _, group in groupby(keys, key=lambda key: key[0]):
        mine, alone = centre.chains([case for key in group if (case := case_of(key)) is not None], supplied)
        linked += mine
        together.append(alone)
        if sum(map(len, together)) >= TOGETHER:
            yield from _close_products(ctx, together, tonight)
            together = []
    yield from _close_products(ctx, together, tonight)
    yield from _close_chains(ctx, linked, tonight)


def _close_chains(ctx: Context, chains: list[centre.Chain], tonight: Night) -> Iterator[Table]:
    """Send what centres hold to their fronts, and order for each chain at its centre."""
    for _, moves in centre.divide(ctx, chains, tonight.wave, tonight.seed):
        yield from transfer.propose(moves, tonight.wave, tonight.at)
    low = [chain for chain in chains if (case := centre.whole(chain)).position < bound(case)]
    for first in range(0, len(low), TOGETHER // 4):
        part = low[first : first + TOGETHER // 4]
        paths = iter(_paths(ctx, [case for chain in part for case in chain.cases], tonight))
        for chain in part:
            told = [units for units in (next(paths) for _ in chain.cases) if units is not None]
            yield from _propose(
                ctx, centre.whole(chain), tonight, sum(told[1:], told[0]) if told else None, spiking=False
            )
    for chain in chains:
        yield from surplus.advise(ctx, [case for case in chain.cases if case.forecast], tonight.wave)


def _close_products(ctx: Context, products: list[list[Case]], tonight: Night) -> Iterator[Table]:
    """Move what is worth more elsewhere, order what is still short by joint futures, and say what will not sell."""
    low: list[Case] = []
    for cases in products:
        mine = [case for case in cases if case.position < bound(case)]
        if mine and len(cases) > 1:
            moves = transfer.plan(ctx, cases)
            yield from transfer.propose(moves, tonight.wave, tonight.at)
            mine = [case for case in transfer.moved(cases, moves) if case.position < bound(case)]
        low += mine
    for case, paths in zip(low, _paths(ctx, low, tonight), strict=True):
        yield from _propose(ctx, case, tonight, paths, spiking=False)
    for cases in products:
        yield from surplus.advise(ctx, [case for case in cases if case.forecast], tonight.wave)


def _paths(ctx: Context, cases: list[Case], tonight: Night) -> list[Floats | None]:
    """(paths, days) of each case: joint futures; None for what nobody forecasts."""
    keys = [(case.product.product_id, case.level.place) for case in cases if case.forecast]
    if not keys:
        return [None] * len(cases)
    days = futures.days_of([case.lead for case in cases], max(*COVERS, CYCLE_DAYS))
    asked = futures.ask(ctx, keys, tonight.wave, days, futures.PATHS, tonight.seed)
    if asked is None:
        return [None] * len(cases)
    found = dict(zip(keys, asked, strict=True))
    return [found.get((case.product.product_id, case.level.place)) for case in cases]


def answer_spike(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Order for a product that spikes; a spike of the whole shop waits for the night, which sees every product."""
    if not event.product_id or event.expected <= 0:
        return
    day = shop_day(ctx, event.at)
    opened = ctx.read(ShopDay, SHOP)
    yesterday = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    pasts = history.demand(ctx, yesterday, opened.ahead_minutes if opened else 0, [event.product_id])
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
        yield from _propose(ctx, case, Night(f"spike:{day}", event.at, night.NOTHING, 0), None, spiking=True)


def _propose(ctx: Context, case: Case, tonight: Night, paths: Floats | None, *, spiking: bool) -> Iterator[Decision]:
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
    key = f"{tonight.seed}|{case.product.product_id}|{case.level.place}"
    held = marks(case, lead, advice.value, tonight.tuned, paths, futures.seed_of(key))
    # What customers have paid for and we do not have is ordered whatever the table says of stock.
    target = 0 if not advice.value.order else held.high if case.position < held.low else case.position
    quantity = order_quantity(target - case.position, case.supplier.case_pack_units, case.supplier.min_order_units)
    if quantity == 0:
        return
    assert case.product.cost is not None
    cost = case.product.cost * quantity
    action = Replenish(
        product_id=case.product.product_id,
        place=case.level.place,
        wave=tonight.wave,
        quantity=quantity,
        supplier_id=case.product.supplier_id,
        expedite=advice.value.expedite,
        at_risk=cost,
    )
    yield decide(
        action,
        wording.reason(case, lead, held, target, action, tonight.tuned.row(held.segment), spiking=spiking),
        confidence=round(advice.confidence * case.demand.days / (case.demand.days + 7), 4),
        alternatives=_alternatives(case, held, quantity),
        decide_by=tonight.at + timedelta(days=1),
    )


def _alternatives(case: Case, held: Marks, quantity: int) -> tuple[Alternative, ...]:
    """Expected cost (in major units, negative: more is better) until the next order would arrive, per option."""
    cost = case.product.cost
    assert cost is not None
    unit = float(cost.major())
    underage = unit * case.margin / max(1e-9, 1 - case.margin) if case.margin < 1 else unit
    overage = unit * HOLDING_A_YEAR * (case.lead.mean + held.cover) / 365

    def weighed(name: str, units: int, took: bool = False) -> Alternative:
        score = -held.future.cost(case.position + units, max(underage, 0.0), overage)
        return Alternative(name=name, score=round(score, 2), propensity=1.0 if took else 0.0, chosen=took)

    def up_to(name: str, target: int) -> Alternative:
        units = order_quantity(target - case.position, case.supplier.case_pack_units, case.supplier.min_order_units)
        return weighed(f"{units} units, {name}", units)

    taken = "the learned net" if held.by == "learned" else f"service level {held.level:g}"
    others = [up_to(name, target) for name, target in held.others]
    for level in LEVELS:
        if abs(level - held.level) >= 1e-9 or held.by == "learned":
            others.append(up_to(f"service level {level:g}", held.future.quantile(level)))
    return weighed(f"{quantity} units, {taken}", quantity, True), weighed("order nothing", 0), *others
