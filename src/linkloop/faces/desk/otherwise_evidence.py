"""Evidence for what was not done: the link's own estimates, made again from the facts as they then stood.

They count only where they lead to the very scores that were recorded; else the evidence says nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, overload

import msgspec
import numpy as np

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.orders import Order
from linkloop.commerce.remedies import RemedyAdvice, RemedyBelief, RemedyPolicy
from linkloop.commerce.stock import LeadTime
from linkloop.core.decision import Decision
from linkloop.core.money import Money, exponent
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.faces.desk.otherwise_views import Estimate
from linkloop.links.service import choosing, remedy, stays
from linkloop.links.service import policy as remedies
from linkloop.links.stock import policy as stock
from linkloop.links.stock.case import MARGIN_UNKNOWN
from linkloop.links.stock.model import Demand, Future, LeadDays, lead_days
from linkloop.store.facts import Facts

T = TypeVar("T", bound=Table)
_GIFTS = ("Compensate", "IssueCoupon")
NEAR = 0.011  # scores are kept to a hundredth


class Then:
    """The facts of a past moment, as a link's functions read them."""

    def __init__(self, facts: Facts, at: datetime) -> None:
        self._facts = facts
        self._at = at

    @overload
    def read(self, table: type[T], key: str, /) -> T | None: ...
    @overload
    def read(self, table: type[T], /, **where: str) -> list[T]: ...

    def read(self, table: type[T], key: str | None = None, /, **where: str) -> T | list[T] | None:
        """As core.link.Context says."""
        if key is not None:
            return self._facts.get(table, key)[0]
        ((field, value),) = where.items()
        return [row for row, _ in self._facts.where(table, field, value)]

    def now(self) -> datetime:
        """When it was decided."""
        return self._at


class Evidence(NamedTuple):
    """What the facts say of each alternative by name, and the scores that follow from it."""

    estimates: dict[str, list[Estimate]]
    scores: dict[str, float]


def evidence(decision: Decision, cause: dict[str, Any], facts: Facts) -> Evidence | None:
    """The estimates behind the alternatives, or None where they cannot be made or do not give the recorded scores."""
    make = _KINDS.get(decision.action_kind)
    if make is None or not decision.alternatives:
        return None
    found = make(decision, cause, facts)
    if found is None:
        return None
    agreed = all(
        abs(found.scores.get(a.name, float("inf")) - a.score) <= max(NEAR, abs(a.score) * 1e-6)
        for a in decision.alternatives
    )
    return found if agreed else None


def label(decision: Decision, name: str) -> Text:
    """What an alternative is called."""
    if decision.action_kind in _GIFTS:
        if name == remedies.NONE:
            return Text(en="Do nothing", zh="不补偿")
        if name == "free shipping":
            return Text(en="Ship the next order free", zh="下一单免运费")
        share = name.removeprefix("coupon ")
        if share != name:
            return Text(en=f"Give a coupon of {share}", zh=f"发放 {share} 优惠券")
        return Text(en=f"Give {name} back", zh=f"退还 {name}")
    if match := _UNITS.fullmatch(name):
        units, level = int(match[1]), float(match[2])
        return Text(en=f"Order {units:,} units ({level:.0%})", zh=f"补 {units:,} 件（服务水平 {level:.0%}）")
    if name == "order nothing":
        return Text(en="Do nothing", zh="不补货")
    return Text(en=name, zh=name)


def is_nothing(name: str) -> bool:
    """Whether an alternative is to do nothing."""
    return name in (remedies.NONE, "order nothing")


def score_unit(decision: Decision) -> Text:
    """What the scores of this kind of decision count."""
    return _SCORES.get(decision.action_kind, Text(en="score (more is better)", zh="得分（越高越好）"))


def worth(decision: Decision, score: float) -> Money | None:
    """A score as money, where that is what it counts: of remedies in minor units, of orders in major ones."""
    if decision.action_kind in _GIFTS:
        return Money(round(score), decision.at_risk.currency)
    if decision.action_kind in ("Replenish", "Transfer", "Replan"):
        return Money.of(repr(score), decision.at_risk.currency)
    return None


def _asked(decision: Decision, question: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    return next(((a.asked, a.answered) for a in reversed(decision.asked) if a.question == question), None)


def _compensate(decision: Decision, cause: dict[str, Any], facts: Facts) -> Evidence | None:
    policy = _asked(decision, "RemedyPolicy")
    order = facts.get(Order, str(decision.action.get("order_id", "")))[0]
    if policy is None or order is None or decision.at is None:
        return None
    asked, currency = msgspec.convert(policy[0], RemedyPolicy), decision.at_risk.currency
    then: Any = Then(facts, decision.at)  # of a link's context it needs `read` and `now`
    past = remedy.history_of(then, order.customer_id, order)
    offered = choosing.offers(asked.order_value, msgspec.convert(policy[1], RemedyAdvice), past.suspicion.score)
    kept = remedy.kept_orders(past.orders, order)
    known = stays.Context(asked.mood, asked.cause, asked.late_days, asked.order_value, kept)
    xs = np.stack([stays.features(known, o.kind, o.amount) for o in offered])
    chances = stays.stays(stays.posterior_of(facts.get(RemedyBelief, stays.BELIEF)[0]), xs).tolist()
    estimates: dict[str, list[Estimate]] = {}
    scores: dict[str, float] = {}
    for offer, chance in zip(offered, chances, strict=True):
        scores[offer.name] = round(chance * (past.worth - offer.kept) - offer.sure, 2)
        estimates[offer.name] = [
            Estimate(name=_STAYS, unit="share", value=chance),
            Estimate(name=_WORTH, unit="money", money=Money(past.worth, currency)),
            Estimate(name=_COST, unit="money", money=Money(round(offer.sure + chance * offer.kept), currency)),
            Estimate(name=_EXPECTED, unit="money", money=Money(round(scores[offer.name]), currency)),
        ]
    return Evidence(estimates, scores)


def _replenish(decision: Decision, cause: dict[str, Any], facts: Facts) -> Evidence | None:
    policy = _asked(decision, "ReplenishPolicy")
    product = facts.get(Product, str(decision.action.get("product_id", "")))[0]
    if policy is None or product is None or product.cost is None:
        return None
    asked = policy[0]
    mean = float(asked["units_per_day"])
    if mean <= 0:
        return None
    lead = _lead(facts, product.supplier_id)
    extra = 0.0
    if decision.cause_kind == "DemandSpiked" and float(cause.get("expected") or 0) > 0:
        extra = mean * (min(cause["observed"] / cause["expected"], stock.MOST_TIMES) - 1) * stock.SPIKE_DAYS
    sooner = stock.EXPEDITED if policy[1].get("expedite") else 1.0
    demand = Demand(mean, (float(asked["volatility"]) * mean) ** 2, 1)
    future = Future.over(demand, LeadDays(lead.mean * sooner, lead.sd * sooner), stock.CYCLE_DAYS, extra)
    position = round(float(asked["days_of_cover"]) * mean)
    margin = float(asked.get("margin", MARGIN_UNKNOWN))
    unit = float(product.cost.major())
    underage = max(0.0, unit * margin / max(1e-9, 1 - margin) if margin < 1 else unit)
    overage = unit * stock.HOLDING_A_YEAR * (lead.mean + stock.CYCLE_DAYS) / 365
    currency, minor = product.cost.currency, 10 ** exponent(product.cost.currency)
    estimates: dict[str, list[Estimate]] = {}
    scores: dict[str, float] = {}
    for one in decision.alternatives:
        match = _UNITS.fullmatch(one.name)
        if match is None and one.name != "order nothing":
            return None
        units = int(match[1]) if match else 0
        short = future.shortfall(position + units)
        scores[one.name] = round(-future.cost(position + units, underage, overage), 2)
        estimates[one.name] = [
            Estimate(name=_SHORT, unit="units", value=short),
            Estimate(name=_LOST, unit="money", money=Money(round(short * underage * minor), currency)),
            Estimate(name=_COVER, unit="days", value=(position + units) / mean),
            Estimate(name=_BOUND, unit="money", money=product.cost * units),
        ]
    return Evidence(estimates, scores)


def _lead(facts: Facts, supplier_id: str) -> LeadDays:
    supplier = facts.get(Supplier, supplier_id)[0] or Supplier(supplier_id=supplier_id)
    seen = facts.get(LeadTime, supplier_id)[0] or LeadTime(supplier_id=supplier_id)
    agreed = seen.promised_days if seen.promises and not seen.arrivals else supplier.lead_time_days
    return lead_days(agreed, supplier.lead_time_sd_days, seen.arrivals, seen.mean_days, seen.squares_days)


_UNITS = re.compile(r"(\d+) units, service level ([\d.]+)")
_KINDS: dict[str, Callable[[Decision, dict[str, Any], Facts], Evidence | None]] = {
    "Compensate": _compensate,
    "IssueCoupon": _compensate,
    "Replenish": _replenish,
}
_KEPT = Text(en="expected value: P(stays) × customer value − cost", zh="期望价值：留存概率 × 客户价值 − 成本")
_SCORES = {
    "Compensate": _KEPT,
    "IssueCoupon": _KEPT,
    "Replenish": Text(
        en="expected cost of too little or too much stock until the next order (nearer to 0 is better)",
        zh="到下次补货前缺货与积压的期望成本（越接近 0 越好）",
    ),
    "Transfer": Text(en="margin of the sales that are saved, less freight", zh="挽回销售的毛利减去运费"),
    "Replan": Text(en="cost of a day (nearer to 0 is better)", zh="每天成本（越接近 0 越好）"),
}
_STAYS = Text(en="customer stays", zh="客户留存概率")
_WORTH = Text(en="a customer who stays is worth", zh="留存客户价值")
_COST = Text(en="cost", zh="成本")
_EXPECTED = Text(en="expected value", zh="期望价值")
_SHORT = Text(en="sales expected to be lost", zh="预计缺货损失销量")
_LOST = Text(en="margin expected to be lost", zh="预计损失毛利")
_COVER = Text(en="stock lasts", zh="可销天数")
_BOUND = Text(en="money bound in goods", zh="占用资金")
