"""Remedies at the desk: what other ways of choosing would have been worth, and how the thirty seconds were kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.remedies import RemedyBelief, RemedyGiven, RemedySafety, Rescue
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.links.service import ope
from linkloop.links.service.choosing import EPSILON
from linkloop.links.service.stays import NAMES, posterior_of
from linkloop.store.schema import state

T = TypeVar("T", bound=Table)

FEWEST = 30  # choices below which an interval by the normal distribution says little
SHOWN = 200


class PolicyWorth(msgspec.Struct, frozen=True, kw_only=True):
    """A way of choosing: what a choice is worth (minor units) and the share that stays, each by three estimators."""

    name: str
    title: Text
    worth: tuple[ope.Mean, ...]
    stay: tuple[ope.Mean, ...]


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of one feature: a mean and a standard deviation, as log-odds of staying."""

    name: str
    mean: float
    deviation: float


class RemedyEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Off-policy evaluation of remedies. `choices` have a known outcome; below `fewest` nothing is estimated.

    `at_risk` is what exploring could have cost so far, `allowance` what it may (minor units).
    """

    choices: int
    fewest: int
    stayed: int
    policies: tuple[PolicyWorth, ...]
    weights: tuple[Weight, ...]
    at_risk: int
    allowance: int


class RescueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One rescue; `seconds` from the negative event until a remedy or a person, None while it is open."""

    rescue: Rescue
    seconds: float | None
    in_time: bool


_POLICIES = (
    ("none", Text(en="Never give anything", zh="从不补偿")),
    ("5%", Text(en="Always 5 % in money", zh="总是退 5%")),
    ("10%", Text(en="Always 10 % in money", zh="总是退 10%")),
    ("20%", Text(en="Always 20 % in money", zh="总是退 20%")),
    ("coupon 10%", Text(en="Always a coupon of 10 %", zh="总是给 10% 优惠券")),
)


def evaluation(shop: Shop) -> RemedyEvaluation:
    """What the logged choices say of other policies, by inverse propensity, self-normalised, and doubly robust."""
    rows = _rows(shop, RemedyGiven)
    known, cases = ope.cases_of(sorted(rows, key=lambda row: row.order_id))
    found: list[PolicyWorth] = []
    if len(cases) >= FEWEST:
        as_drawn = Text(en="As it was done", zh="实际做法")
        found.append(_worth("logged", as_drawn, cases, ope.logged(known)))
        best = Text(en="The best by what was learned, without exploring", zh="按已学到的取最优（不探索）")
        found.append(_worth("greedy", best, cases, ope.targets(known, ope.greedy(known))))
        found += [_worth(name, title, cases, ope.targets(known, ope.always(name))) for name, title in _POLICIES]
    belief = posterior_of(next(iter(_rows(shop, RemedyBelief)), None))
    safety = next(iter(_rows(shop, RemedySafety)), None)
    return RemedyEvaluation(
        choices=len(cases),
        fewest=FEWEST,
        stayed=sum(bool(g.stayed) for g in known),
        policies=tuple(found),
        weights=tuple(
            Weight(name=name, mean=round(float(mean), 4), deviation=round(float(variance) ** 0.5, 4))
            for name, mean, variance in zip(NAMES, belief.mean, belief.cov.diagonal(), strict=True)
        ),
        at_risk=round(safety.at_risk) if safety else 0,
        allowance=round(EPSILON * safety.safe_value) if safety else 0,
    )


def rescues(shop: Shop, limit: int = SHOWN) -> list[RescueLine]:
    """The latest rescues, newest first, with how long it took until there was a remedy or a person."""
    rows = sorted(_rows(shop, Rescue), key=lambda row: (row.began_at, row.conversation_id), reverse=True)
    return [_line(row) for row in rows[:limit]]


def _rows(shop: Shop, kind: type[T]) -> list[T]:
    with shop.store.read() as connection:
        bodies = connection.execute(sa.select(state.c.body).where(state.c.kind == table_name(kind))).scalars()
        return [msgspec.json.decode(body, type=kind) for body in bodies]


def _line(row: Rescue) -> RescueLine:
    if row.step == "person" and row.done_at is None:
        return RescueLine(rescue=row, seconds=None, in_time=True)
    took = (row.done_at or row.began_at) - row.began_at
    at_once = row.step in ("remedy", "answer")
    return RescueLine(
        rescue=row, seconds=0.0 if at_once else took.total_seconds(), in_time=at_once or took <= timedelta(seconds=31)
    )


def _worth(name: str, title: Text, cases: list[ope.Case], target: ope.Array) -> PolicyWorth:
    return PolicyWorth(
        name=name, title=title, worth=ope.estimates(cases, target), stay=ope.estimates(cases, target, stay=True)
    )
