"""Regression: what is known ahead, the weekday and the year explain the logarithm of demand, per series, all at once.

Ridge regression with fading memory; effects of what is known are drawn towards those of all series together. Read
backwards it is the what-if: by how much demand changes with one more unit of what is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand.panel import Array, Panel, scales

HALF_LIFE = 0.75  # of the history: an observation that old counts half
ONCE = 20.0  # times as much ridge for what happened once: it may have been chance
FOURIER = 4  # harmonics of the year, where more than a year was seen
# A year's slow waves and the trend must prove more: periods beside each other err alike, so that they prove little.
RIDGE_KNOWN, RIDGE_SEASON, RIDGE_YEAR, RIDGE_TREND = 4.0, 1.0, 100.0, 20.0
# What demand does before this shop ever tried: the mean of 367 price elasticities of published studies (Tellis 1988),
# of the logarithm of what is paid; a promotion's depth counts like a price.
ELASTICITY = {"price": -1.76, "promotion": 1.76}
FLOOR = 0.05  # added to units in terms of the scale before their logarithm, and the share of days without a sale
CORRECTION = 0.15  # how fast the level follows the errors
TOO_MANY = 26  # a longer season has no factor per place: the harmonics of the year carry it


class Fitted(NamedTuple):
    """Coefficients [n, p] on the columns of `design` ([1 or n, T + h, p]; what is known begins with column `first`) of
    log(units / scale + floor), and the latest correction of its level; `level`, `scale` and `floor` are [n]."""

    coefficients: Array
    level: Array
    scale: Array
    floor: Array
    first: int
    design: Array


def fit(panel: Panel, filled: Array, horizon: int) -> Fitted:
    """Fit on the T periods of the panel; its design reaches `horizon` periods ahead."""
    length = filled.shape[1]
    scale = scales(filled, panel.season)
    floor = FLOOR + ((filled <= 0) & panel.seen).sum(axis=1) / np.maximum(panel.seen.sum(axis=1), 1)
    target = np.log(filled / scale[:, None] + floor[:, None])
    design, ridge, first = _design(panel, length, horizon)
    age = np.arange(length)[::-1] / max(length, 1)
    weight = panel.seen * 0.5 ** (age / HALF_LIFE)
    past = design[:, :length]
    if design.shape[0] == 1:
        gram = np.einsum("tp,nt,tq->npq", past[0], weight, past[0], optimize=True)
        right = np.einsum("tp,nt->np", past[0], weight * target, optimize=True)
    else:
        gram = np.einsum("ntp,nt,ntq->npq", past, weight, past, optimize=True)
        right = np.einsum("ntp,nt->np", past, weight * target, optimize=True)
    penalty = np.diag(ridge)
    prior = np.zeros(len(ridge))
    prior[first : first + len(panel.names)] = [ELASTICITY.get(name, 0.0) for name in panel.names]
    mean = weight.sum(axis=1, keepdims=True)
    # What is slow moves all series at once: together they tell no more of it than one of them.
    alike = np.where(_slow(panel, first, len(ridge)), max(int((mean > 0).sum()), 1), 1)
    pooled = np.linalg.solve(gram.sum(axis=0) + penalty * alike, right.sum(axis=0) + penalty @ prior)
    centre = np.where(ridge[None, :] > 0, pooled[None, :], 0.0) * (mean > 0)
    drawn = right + (penalty @ centre.T).T
    coefficients = np.linalg.solve(gram + penalty + 1e-6 * np.eye(len(ridge)), drawn[:, :, None])[:, :, 0]
    errors = np.where(panel.seen, target - _times(past, coefficients), 0.0)
    return Fitted(coefficients, _last_level(errors, panel.seen), scale, floor, first, design)


def predict(fitted: Fitted, horizon: int) -> Array:
    """[n, h] expected units of the coming periods."""
    ahead = fitted.design[:, -horizon:]
    fade = 0.99 ** np.arange(horizon)
    log = _times(ahead, fitted.coefficients) + fitted.level[:, None] * fade[None, :]
    return np.maximum(np.exp(np.minimum(log, 6.0)) - fitted.floor[:, None], 0.0) * fitted.scale[:, None]


def regression(panel: Panel, filled: Array, horizon: int) -> Array:
    """Fit and predict: [n, h]."""
    return predict(fit(panel, filled, horizon), horizon)


def effects(panel: Panel, fitted: Fitted) -> Array:
    """[n, p] change of the logarithm of demand per unit of each of the panel's known names."""
    return fitted.coefficients[:, fitted.first : fitted.first + len(panel.names)]


def lift(fitted: Fitted, periods: int) -> Array:
    """[1 or n, T] by how many times what was known of each past period moved demand."""
    return np.exp(_known_part(fitted, slice(0, periods)))


def neutral(fitted: Fitted, filled: Array) -> Array:
    """[n, T] units as they had been without what was known of their periods."""
    return _moved(fitted, filled, -_known_part(fitted, slice(0, filled.shape[1])))


def restored(fitted: Fitted, ahead: Array) -> Array:
    """[n, h] units forecast without what is known ahead, with it."""
    length = fitted.design.shape[1] - ahead.shape[1]
    return _moved(fitted, ahead, _known_part(fitted, slice(length, None)))


def _known_part(fitted: Fitted, periods: slice) -> Array:
    part = _times(fitted.design[:, periods, fitted.first :], fitted.coefficients[:, fitted.first :])
    return np.clip(part, -4.0, 4.0)


def _moved(fitted: Fitted, units: Array, log: Array) -> Array:
    floor = (fitted.floor * fitted.scale)[:, None]
    return np.maximum((units + floor) * np.exp(log) - floor, 0.0)


def _design(panel: Panel, length: int, horizon: int) -> tuple[Array, Array, int]:
    """[1 or n, T + h, p] columns, their ridge, and where the known ones begin."""
    total = length + horizon
    columns = [np.ones(total)]
    ridge = [0.0]
    if 1 < panel.season <= TOO_MANY:
        place = (np.arange(total) - length) % panel.season
        columns += [np.where(place == s, 1.0, 0.0) - 1.0 / panel.season for s in range(panel.season)]
        ridge += [RIDGE_SEASON] * panel.season
    if panel.year is not None:
        turns = panel.year[:total] * 2 * np.pi
        seen = min(1.0, float(length) / max(_periods_of_year(panel), 1.0))
        for k in range(1, FOURIER + 1 if seen >= 1.0 else 2):
            columns += [np.sin(k * turns), np.cos(k * turns)]
            ridge += [RIDGE_YEAR * k * k / max(seen, 0.2)] * 2
    columns.append((np.arange(total) - length) / max(length, 1))
    ridge.append(RIDGE_TREND)
    common = np.stack(columns, axis=1)
    first = common.shape[1]
    if panel.known is None or panel.known.shape[2] == 0:
        return common[None], np.array(ridge), first
    known = panel.known[:, :total]
    ridge += (RIDGE_KNOWN * (1 + ONCE / np.maximum(_runs(known[:, :length]), 1) ** 2)).tolist()
    if (known == known[:1]).all():
        return np.concatenate([common, known[0]], axis=1)[None], np.array(ridge), first
    wide = np.broadcast_to(common[None], (len(known), *common.shape))
    return np.concatenate([wide, known], axis=2), np.array(ridge), first


def _slow(panel: Panel, first: int, columns: int) -> Array:
    """[p] which columns of the design are waves of the year or the trend."""
    places = panel.season if 1 < panel.season <= TOO_MANY else 0
    index = np.arange(columns)
    return (index > places) & (index < first)


def _runs(known: Array) -> Array:
    """[p] how often each thing known began, in the series where it began most often."""
    there = known != 0
    began = there & ~np.concatenate([np.zeros_like(there[:, :1]), there[:, :-1]], axis=1)
    return began.sum(axis=1).max(axis=0)


def _periods_of_year(panel: Panel) -> float:
    assert panel.year is not None
    step = np.median(np.diff(panel.year) % 1.0) if len(panel.year) > 1 else 1.0
    return 1.0 / max(float(step), 1e-6)


def _times(design: Array, coefficients: Array) -> Array:
    if design.shape[0] == 1:
        return coefficients @ design[0].T
    return np.einsum("ntp,np->nt", design, coefficients)


def _last_level(errors: Array, seen: Array) -> Array:
    level = np.zeros(len(errors))
    for t in range(max(0, errors.shape[1] - 60), errors.shape[1]):
        level += np.where(seen[:, t], CORRECTION * (errors[:, t] - level), 0.0)
    return level
