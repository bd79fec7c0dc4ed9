"""Reliability: what was said of chances and demand is held against what happened, and corrected by it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.commerce.risks import RiskCalibration
from linkloop.core.link import Context

Floats = npt.NDArray[np.float64]

DAYS = 56
MOST_PAIRS = 400  # of a day, taken by a hash of their names: the same ones every night
LEAST_DAYS, LEAST_PAIRS, LEAST_OUT = 28, 500, 10  # with fewer, nothing is corrected
PRIOR_WEEKS = 2.0  # weeks that a correction must outweigh: the products of one week err together
STEEPEST = 12.0  # of a logit: beyond it a chance is as good as sure
BINS = 10
_PULL = 10.0
_WILD = 0.995  # what lies farther off than this share of all counts as far as it: one product must not widen all

_PAST = """
WITH chosen AS (
  SELECT * FROM supply_risk_outcomes WHERE current_stock > 0
  QUALIFY row_number() OVER (PARTITION BY "date" ORDER BY md5(product_id || '|' || region), product_id, region) <= $most
),
newest AS (SELECT "date" FROM chosen GROUP BY "date" ORDER BY "date" DESC LIMIT $days)
SELECT "date", list(struct_pack(mean := predicted_demand, sd := demand_sd, stock := current_stock,
  chance := p_stockout, sold := sold) ORDER BY product_id, region) AS found
FROM chosen JOIN newest USING ("date") GROUP BY "date" ORDER BY "date"
"""


class Past(NamedTuple):
    """Pairs of a product and a region: forecast mean and sd of 7 days, stock, the chance said, units sold."""

    mean: Floats
    sd: Floats
    stock: Floats
    chance: Floats
    sold: Floats

    @property
    def out(self) -> Floats:
        """1 where all that lay there was sold, else 0."""
        return (self.sold >= self.stock).astype(np.float64)


class Correction(NamedTuple):
    """See `RiskCalibration`."""

    demand_factor: float = 1.0
    spread_factor: float = 1.0
    shift: float = 0.0
    slope: float = 1.0

    def chance(self, mean: Floats, sd: Floats, stock: Floats) -> Floats:
        """The chance that 7 days want more than `stock`."""
        z = (stock - self.demand_factor * mean) / (self.spread_factor * np.maximum(sd, 0.1))
        return 1.0 / (1.0 + np.exp(-(self.shift + self.slope * logit_of(z))))


def learn(ctx: Context, shop: str, day: str) -> RiskCalibration | None:
    """The correction by the last eight weeks that are over; None where too little is known."""
    rows = ctx.sql(_PAST, days=DAYS, most=MOST_PAIRS)
    names = Past._fields
    days = [Past(*(np.array([pair[name] for pair in row["found"]], np.float64) for name in names)) for row in rows]
    found = correction(days)
    if found is None:
        return None
    past = together(days)
    after = found.chance(past.mean, past.sd, past.stock)
    return RiskCalibration(
        shop=shop, learned_to=day, pairs=len(past.mean), days=len(rows), ran_out=int(past.out.sum()),
        demand_factor=round(found.demand_factor, 6), spread_factor=round(found.spread_factor, 6),
        shift=round(found.shift, 6), slope=round(found.slope, 6),
        brier_before=round(brier(past.chance, past.out), 6), brier_after=round(brier(after, past.out), 6),
        ece_before=round(ece(past.chance, past.out), 6), ece_after=round(ece(after, past.out), 6),
    )  # fmt: skip


def together(days: list[Past]) -> Past:
    """The pairs of all days."""
    return Past(*(np.concatenate([getattr(day, name) for day in days]) for name in Past._fields))


def correction(days: list[Past]) -> Correction | None:
    """What these days, oldest first, teach; None where they are too few. Nothing is corrected where the older
    days would have made the chances of the newest third worse (Brier): a shop that is sold out often can mislead."""
    if len(days) < LEAST_DAYS:
        return None
    past = together(days)
    if len(past.mean) < LEAST_PAIRS or past.out.sum() < LEAST_OUT:
        return None
    return fit(past, len(days) / 7) if _helps(days) else Correction()


def _helps(days: list[Past]) -> bool:
    """Whether what the older days teach tells the newest third better; a week lies between: outcomes are of a week."""
    newest = len(days) - len(days) // 3
    older, held = together(days[: newest - 7]), together(days[newest:])
    if older.out.sum() < 1:
        return False
    after = fit(older, (newest - 7) / 7).chance(held.mean, held.sd, held.stock)
    return brier(after, held.out) < brier(held.chance, held.out)


def fit(past: Past, weeks: float) -> Correction:
    """Demand first, its spread next, the chances that follow last (Platt's logistic); all shrunk to no correction.

    Of what was sold out only that it was wanted at least is known: demand and spread are those of most likelihood of a
    normal distribution that is censored there (Tobin 1958).
    """
    trust = weeks / (weeks + PRIOR_WEEKS)
    demand, spread = _censored(past)
    demand, spread = demand**trust, spread**trust
    z = (past.stock - demand * past.mean) / (spread * np.maximum(past.sd, 0.1))
    shift, slope = _platt(logit_of(z), past.out)
    return Correction(demand, spread, shift * trust, slope**trust)


def _censored(past: Past) -> tuple[float, float]:
    """Factors of demand and of its spread: what was sold out counts as what is to be expected beyond it, step by step
    (expectation and maximisation), until that stays."""
    sd = np.maximum(past.sd, 0.1)
    out = past.out > 0
    demand = spread = 1.0
    for _ in range(100):
        before = demand, spread
        a = np.clip((past.stock - demand * past.mean) / (spread * sd), -8.0, 8.0)
        mills = 0.39894228 * np.exp(-(a**2) / 2) * (1.0 + np.exp(np.clip(0.07056 * a**3 + 1.5976 * a, -40, 40)))
        wanted = np.where(out, np.maximum(demand * past.mean + spread * sd * mills, past.stock), past.sold)
        demand = float(np.clip(wanted.sum() / max(past.mean.sum(), 1e-9), 0.5, 2.0))
        seen = ((past.sold - demand * past.mean) / sd) ** 2
        squares = np.where(out, spread**2 * np.maximum(1.0 + a * mills, 0.0), seen)
        spread = float(np.clip(np.sqrt(np.minimum(squares, np.quantile(squares, _WILD)).mean()), 0.25, 4.0))
        if abs(demand - before[0]) + abs(spread - before[1]) < 1e-6:
            break
    return demand, spread


def _platt(logit: Floats, out: Floats) -> tuple[float, float]:
    """Shift and slope of most likelihood, by Newton's steps, with a weak pull to the identity."""
    start = np.array([0.0, 1.0])
    rows = np.stack([np.ones_like(logit), logit])
    prior = _PULL

    def loss(weights: Floats) -> float:
        said = weights @ rows
        return float(np.sum(np.logaddexp(0.0, said) - out * said) + prior / 2 * np.sum((weights - start) ** 2))

    weights: Floats = start
    for _ in range(100):
        said = 0.5 * (1.0 + np.tanh(0.5 * (weights @ rows)))
        slope = rows @ (out - said) - prior * (weights - start)
        bend = (rows * (said * (1 - said))) @ rows.T + prior * np.eye(2)
        step = np.asarray(np.linalg.solve(bend, slope), np.float64)
        while loss(np.add(weights, step)) > loss(weights) and float(np.abs(step).max()) > 1e-12:
            step = np.divide(step, 2.0)
        weights = np.add(weights, step)
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(weights[0]), float(np.clip(weights[1], 0.2, 5.0))


def logit_of(z: Floats) -> Floats:
    """ln(p / (1 − p)) of p = 1 − Φ(z), as the views have it (Bowling et al. 2009), within ±`STEEPEST`."""
    return np.clip(-(0.07056 * z**3 + 1.5976 * z), -STEEPEST, STEEPEST)


def brier(chance: Floats, out: Floats) -> float:
    """Mean squared difference of chance and outcome (Brier 1950)."""
    return float(np.mean((chance - out) ** 2))


def ece(chance: Floats, out: Floats) -> float:
    """Expected calibration error: |mean chance − share that came true| over bins of equal width, by their pairs."""
    where = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    count, said, true = (np.bincount(where, weights, BINS) for weights in (None, chance, out))
    return float(np.abs(said - true).sum() / max(count.sum(), 1))
