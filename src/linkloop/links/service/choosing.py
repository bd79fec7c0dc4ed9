"""Choosing a remedy: Thompson sampling within the table, never far below the safe choice, with its propensities."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from linkloop.commerce.remedies import RemedyAdvice, RemedyKind, RemedyOption, RemedySafety
from linkloop.links.service.policy import NONE, PERCENTS
from linkloop.links.service.stays import Array, Context, Posterior, features, prior, stays

SAFETY = "remedies"
# Share of choices at random among what is allowed and safe, so that every remedy's worth stays measurable.
EXPLORE = 0.05
# Exploring may put this share of what the safe choices are worth at risk, no more (Wu et al. 2016, ICML; Kazerouni et
# al. 2017, NeurIPS).
EPSILON = 0.05
QUANTILE = 0.1  # how bad a remedy could well be: the lower bound that is compared with the safe choice
COUPONS = (5, 10)  # percent of the order
USED = 0.6  # share of coupons that customers who come back use: stated, not measured
SHIPPING = 800  # what free shipping costs, minor units: stated
SUSPECT = 2.0  # how much dearer a gift counts for a customer whose pattern is a matter for a second look
DRAWS = 2048
_Z = np.random.default_rng(20261126).standard_normal((DRAWS // 2, 16))
_NORMALS = np.concatenate((_Z, -_Z))  # antithetic pairs, the same for every choice: a replay draws the same


class Offer(NamedTuple):
    """A remedy that may be given. `sure` is what it costs in any case, `kept` what it costs if the customer stays."""

    name: str
    kind: RemedyKind
    amount: int
    sure: float
    kept: float = 0.0


class Chosen(NamedTuple):
    """What was drawn; `better` is the probability that it beats doing nothing, `safe` what is at risk after it."""

    offer: Offer
    propensity: float
    better: float
    options: tuple[RemedyOption, ...]
    safe: RemedySafety
    safe_name: str = NONE


def offers(order_value: int, advice: RemedyAdvice, abuse: float = 0.0) -> tuple[Offer, ...]:
    """What the decision table allows, nothing first: shares of the order in money, and in coupons where it says so."""
    dearer = 1 + SUSPECT * abuse
    found = [Offer(NONE, "none", 0, 0.0)]
    most = 0
    for percent in PERCENTS:
        amount = min(round(order_value * percent / 100), advice.amount_cap)
        if percent <= advice.percent_cap and amount > most:
            found.append(Offer(f"{percent}%", "money", amount, amount * dearer))
            most = amount
    if advice.coupons and advice.amount_cap > 0:
        least = 0
        for percent in COUPONS:
            amount = min(round(order_value * percent / 100), advice.amount_cap)
            if amount > least:
                found.append(Offer(f"coupon {percent}%", "coupon", amount, amount * (dearer - 1), amount * USED))
                least = amount
        cost = SHIPPING * USED
        if advice.amount_cap >= SHIPPING:
            found.append(Offer("free shipping", "free_shipping", SHIPPING, SHIPPING * (dearer - 1), cost))
    return tuple(found)


def choose(
    offered: Sequence[Offer], context: Context, worth: int, posterior: Posterior, safety: RemedySafety, seed: str
) -> Chosen:
    """Draw the remedy: argmax of P(stay | remedy, context) × (worth − cost if kept) − sure cost under sampled weights.

    An option's propensity is the share of DRAWS common random numbers in which it is the best (standard error at most
    0.011), spread by EXPLORE over what is safe. The draw is made from these very numbers, so they are exact for the
    policy that acts. `seed` fixes the draw, so that a replay repeats it.
    """
    xs = np.stack([features(context, offer.kind, offer.amount) for offer in offered])
    kept, sure = np.array([worth - o.kept for o in offered]), np.array([o.sure for o in offered])
    expected = stays(posterior, xs) * kept - sure
    guess = 1 / (1 + np.exp(-(xs @ prior().mean)))
    base = int(np.argmax(guess * kept - sure)) if worth > 0 else 0
    if worth <= 0 or len(offered) == 1:
        only = tuple(_option(o, e, float(n == 0)) for n, (o, e) in enumerate(zip(offered, expected, strict=True)))
        return Chosen(offered[0], 1.0, 1.0, only, safety)
    values = worths(xs, posterior, kept, sure)
    worst = int(DRAWS * QUANTILE)
    risks = np.maximum(0.0, -np.partition(values - values[:, [base]], worst, axis=0)[worst])
    safe_value = safety.safe_value + max(0.0, float(expected[base]))
    wins = np.bincount(values.argmax(axis=1), minlength=len(offered)) / DRAWS
    shares = propensities(wins, risks, EPSILON * safe_value - safety.at_risk, base)
    at = draw(shares, seed)
    better = float((values[:, at] > values[:, 0]).mean()) if at else 1.0
    return Chosen(
        offered[at],
        shares[at],
        round(better, 6),
        tuple(_option(o, e, p) for o, e, p in zip(offered, expected, shares, strict=True)),
        RemedySafety(
            name=SAFETY,
            safe_value=round(safe_value, 4),
            at_risk=round(safety.at_risk + float(np.dot(shares, risks)), 4),
            choices=safety.choices + 1,
        ),
        offered[base].name,
    )


def least(offered: Sequence[Offer]) -> Chosen:
    """The smallest sum of money that may be given (else nothing), for sure: nothing is learned from it."""
    money = [offer for offer in offered if offer.kind == "money"]
    offer = min(money, key=lambda one: one.amount, default=offered[0])
    option = RemedyOption(name=offer.name, kind=offer.kind, amount=offer.amount, score=0.0, propensity=1.0)
    return Chosen(offer, 1.0, 1.0, (option,), RemedySafety(name=SAFETY), offer.name)


def worths(xs: Array, posterior: Posterior, kept: Array, sure: Array) -> Array:
    """What each option would be worth under DRAWS sampled weights: one row a draw, minor units."""
    cov = xs @ posterior.cov @ xs.T
    root = np.linalg.cholesky(cov + 1e-9 * np.eye(len(xs)))
    logits = xs @ posterior.mean + _NORMALS[:, : len(xs)] @ root.T
    return kept / (1 + np.exp(-logits)) - sure


def propensities(wins: Array, risks: Array, room: float, base: int) -> list[float]:
    """Shares that sum to 1: each option's wins with EXPLORE spread evenly, as far as their risk has room.

    What an option puts at risk is its share times how much it could well be below the safe choice; options are let in
    by that, the least first, and the share of the others goes to the safe choice.
    """
    wanted = (1 - EXPLORE) * wins + EXPLORE / len(wins)
    shares = np.zeros(len(wins))
    for n in np.argsort(wanted * risks, kind="stable"):
        cost = float(wanted[n] * risks[n])
        if n != base and cost <= room:
            shares[n] = round(float(wanted[n]), 6)
            room -= cost
    shares[base] = round(1.0 - float(shares.sum()), 6)
    return [float(share) for share in shares]


def draw(shares: Sequence[float], seed: str) -> int:
    """An index with these probabilities, a function of the seed."""
    at = int.from_bytes(blake2b(seed.encode(), digest_size=6).digest(), "big") / 2**48
    for n, share in enumerate(shares):
        at -= share
        if at < 0:
            return n
    return max(n for n, share in enumerate(shares) if share > 0)


def _option(offer: Offer, score: float, propensity: float) -> RemedyOption:
    return RemedyOption(
        name=offer.name, kind=offer.kind, amount=offer.amount, score=round(float(score), 2), propensity=propensity
    )
