"""Off-policy evaluation: what another way of choosing remedies would have been worth, from choices that were logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple
from zlib import crc32

import msgspec
import numpy as np

from linkloop.commerce.remedies import Cause, RemedyGiven, RemedyOption
from linkloop.commerce.understanding import Mood
from linkloop.links.service.choosing import SHIPPING, USED
from linkloop.links.service.policy import NONE
from linkloop.links.service.stays import Array, Context, Posterior, features, learned, prior, stays

FOLDS = 5
Z = 1.959963984540054  # 97.5 % of a standard normal
Method = Literal["ips", "snips", "dr"]


class Case(NamedTuple):
    """One logged choice: what it was drawn from, which one, what came of it (minor units), whether they stayed.

    `predicted` is a model's guess of the value of every option, by a model that has not seen this case.
    """

    propensities: Array
    chosen: int
    value: float
    stayed: float
    predicted: Array
    predicted_stay: Array


class Mean(msgspec.Struct, frozen=True):
    """A mean per choice with its 95 % interval; `effective` is how many choices it really rests on (Kish 1965), and
    `uncovered` the share of what the policy would have done that was never tried there: about that nothing is known."""

    method: Method
    value: float
    low: float
    high: float
    effective: float
    uncovered: float


def estimates(cases: Sequence[Case], target: Array, *, stay: bool = False) -> tuple[Mean, ...]:
    """Inverse propensity, its self-normalised form, and doubly robust (Dudík, Langford & Li 2011), in this order.

    `target[i]` are the probabilities with which the other policy takes each option of case i (padded with zeros).
    """
    n = len(cases)
    rows = np.arange(n)
    chosen = np.array([c.chosen for c in cases])
    logged = np.array([c.propensities[c.chosen] for c in cases])
    reward = np.array([c.stayed if stay else c.value for c in cases])
    width = target.shape[1]
    model = np.stack([_padded(c.predicted_stay if stay else c.predicted, width) for c in cases])
    tried = np.stack([_padded(c.propensities, width) for c in cases]) > 0
    weight = target[rows, chosen] / logged
    uncovered = float((target * ~tried).sum() / n)
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0
    ips = weight * reward
    total = weight.sum()
    mean = float((weight * reward).sum() / total) if total else 0.0
    spread = float(np.sqrt((weight**2 * (reward - mean) ** 2).sum()) / total) if total else float("inf")
    robust = (target * model).sum(axis=1) + weight * (reward - model[rows, chosen])
    return (
        _of("ips", float(ips.mean()), float(ips.std(ddof=1) / np.sqrt(n)), effective, uncovered),
        _of("snips", mean, spread, effective, uncovered),
        _of("dr", float(robust.mean()), float(robust.std(ddof=1) / np.sqrt(n)), effective, uncovered),
    )


def cases_of(given: Sequence[RemedyGiven]) -> tuple[list[RemedyGiven], list[Case]]:
    """The choices that were really drawn and whose outcome is known, each with the guess of a model of other folds."""
    known = [g for g in given if g.stayed is not None and g.options and any(o.name == g.remedy for o in g.options)]
    models = [_fit([g for g in known if _fold(g) != fold]) for fold in range(FOLDS)]
    return known, [_case(g, models[_fold(g)]) for g in known]


def always(name: str) -> Callable[[RemedyGiven], int]:
    """Take this remedy where it is allowed, else the largest of its kind that is, else nothing."""

    def pick(given: RemedyGiven) -> int:
        names = [o.name for o in given.options]
        if name in names:
            return names.index(name)
        kind = "money" if name.endswith("%") and not name.startswith("coupon") else "coupon" if "coupon" in name else ""
        return max((n for n, o in enumerate(given.options) if o.kind == kind), default=names.index(NONE))

    return pick


def greedy(given: Sequence[RemedyGiven]) -> Callable[[RemedyGiven], int]:
    """The best option by a model that has not seen the case: what would be chosen without any exploring."""
    models = [_fit([g for g in given if _fold(g) != fold]) for fold in range(FOLDS)]
    return lambda one: int(np.argmax(_values(one, models[_fold(one)])[0]))


def targets(given: Sequence[RemedyGiven], pick: Callable[[RemedyGiven], int]) -> Array:
    """One row a case: 1 at the option that the policy takes."""
    found = np.zeros((len(given), max((len(g.options) for g in given), default=1)))
    for n, one in enumerate(given):
        found[n, pick(one)] = 1.0
    return found


def logged(given: Sequence[RemedyGiven]) -> Array:
    """The probabilities with which the remedies were really drawn."""
    width = max((len(g.options) for g in given), default=1)
    return np.stack([_padded(np.array([o.propensity for o in g.options]), width) for g in given])


def worth_of(option: RemedyOption, given: RemedyGiven, stayed: float) -> float:
    """What a choice was worth when it is known whether the customer stayed: coupons cost only those who come back."""
    if option.kind == "money":
        return stayed * given.worth - option.amount
    used = {"coupon": option.amount * USED, "free_shipping": SHIPPING * USED}.get(option.kind, 0.0)
    return stayed * (given.worth - used)


def _case(given: RemedyGiven, model: Posterior) -> Case:
    names = [o.name for o in given.options]
    chosen, stayed = names.index(given.remedy), float(bool(given.stayed))
    values, stay = _values(given, model)
    value = worth_of(given.options[chosen], given, stayed)
    return Case(np.array([o.propensity for o in given.options]), chosen, value, stayed, values, stay)


def _values(given: RemedyGiven, model: Posterior) -> tuple[Array, Array]:
    context = _context(given)
    p = stays(model, np.stack([features(context, o.kind, o.amount) for o in given.options]))
    return np.array([worth_of(o, given, float(q)) for o, q in zip(given.options, p, strict=True)]), p


def _fit(given: Sequence[RemedyGiven]) -> Posterior:
    model = prior()
    for one in given:
        option = next(o for o in one.options if o.name == one.remedy)
        model = learned(model, features(_context(one), option.kind, option.amount), bool(one.stayed))
    return model


def _context(given: RemedyGiven) -> Context:
    mood, cause = msgspec.convert(given.mood, Mood), msgspec.convert(given.cause or "late", Cause)
    return Context(mood, cause, given.late_days, given.order_value, given.orders)


def _fold(given: RemedyGiven) -> int:
    return crc32(given.order_id.encode()) % FOLDS


def _padded(row: Array, width: int) -> Array:
    return np.pad(row, (0, width - len(row)))


def _of(method: Method, value: float, error: float, effective: float, uncovered: float) -> Mean:
    return Mean(method, value, value - Z * error, value + Z * error, effective, uncovered)
