"""Surplus: what will not sell in time, and the discount that would move it, where that costs less than keeping it."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.demand import ForecastChanged
from linkloop.commerce.stock import PromotionAdvice
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import join_key
from linkloop.links.stock.case import Case
from linkloop.links.stock.model import Future, LeadDays

DAYS = 60  # stock that lasts longer is looked at
LEVEL = 0.95  # surplus is what even a good two months would not need
ELASTICITY = 2.5  # assumed: a discount of d multiplies demand by (1 − d)^−2.5
MOST = 0.5
CARRYING_A_YEAR = 0.25  # capital, space and ageing, as a share of cost
LEAST = 5


def advise(ctx: Context, cases: list[Case], day: str) -> Iterator[PromotionAdvice]:
    """Advice for every case with a surplus; what was advised and is over is said with a discount of 0."""
    for case in cases:
        advice = advice_for(case, day)
        if advice is not None:
            yield advice
            continue
        old = ctx.read(PromotionAdvice, join_key((case.product.product_id, case.level.place)))
        if old is not None and old.discount > 0:
            yield _over(old, day, case.demand.mean)


def reconsider(ctx: Context, event: ForecastChanged) -> Iterator[PromotionAdvice]:
    """An advice is over where the new forecast, kept up for its days, sells the surplus; else the night looks again."""
    old = ctx.read(PromotionAdvice, join_key((event.product_id, event.place)))
    if old is None or old.discount <= 0 or event.days <= 0:
        return
    pace = event.units_after / event.days
    if (pace - old.units_per_day) * old.days >= old.surplus:
        yield _over(old, old.day, pace)


def _over(old: PromotionAdvice, day: str, pace: float) -> PromotionAdvice:
    return PromotionAdvice(
        product_id=old.product_id, place=old.place, day=day, surplus=0, days=DAYS, units_per_day=round(pace, 3),
        discount=0.0, saves=Money(0, old.saves.currency),
    )  # fmt: skip


def advice_for(case: Case, day: str) -> PromotionAdvice | None:
    """None where stock is not too much, or a discount would cost more than it saves."""
    price, cost = case.product.price, case.product.cost
    if price is None or cost is None or price.currency != cost.currency or case.demand.mean <= 0:
        return None
    future = Future.over(case.demand, LeadDays(0.0, 0.0), DAYS, case.extra)
    surplus = case.position - future.quantile(LEVEL)
    if surplus < LEAST:
        return None
    pace = case.demand.mean
    times = case.position / (pace * DAYS)
    discount = min(MOST, 1 - times ** (-1 / ELASTICITY))
    sold = min(float(case.position), pace * DAYS * (1 - discount) ** -ELASTICITY)
    # Kept, the units that two months do not sell wait half the time that they take, and are carried for it; sold at a
    # discount, all units of the two months earn less.
    left = case.position - pace * DAYS
    waiting = DAYS + left / (2 * pace)
    kept = left * float(cost.major()) * CARRYING_A_YEAR * waiting / 365
    given = sold * float(price.major()) * discount - (sold - pace * DAYS) * float((price - cost).major())
    saves = kept - max(given, 0.0)
    if saves <= 0:
        return None
    return PromotionAdvice(
        product_id=case.product.product_id, place=case.level.place, day=day, surplus=surplus, days=DAYS,
        units_per_day=round(pace, 3), discount=round(discount, 2), saves=Money.of(f"{saves:.2f}", cost.currency),
    )  # fmt: skip
