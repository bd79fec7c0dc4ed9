"""Calibration: turns scores of texts that were held out into probabilities that mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np

from linkloop.links.service.views import Floats

STEPS, RATE = 400, 0.05


def softmax(scores: Floats) -> Floats:
    """Probabilities along the last axis."""
    if scores.ndim == 1:  # a message is one row: the same, without looking for its axes
        grown = np.exp(scores - np.maximum.reduce(scores))
        return grown / np.add.reduce(grown)
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def vector(raw: Floats, truth: Any) -> tuple[float, Floats]:
    """Scale and shift of `scale × raw + shift` that make the truth most probable.

    Vector scaling with one scale (Guo et al. 2017); the shift is kept near zero by one text's worth of doubt a label.
    """
    where, count = np.arange(len(truth)), max(len(truth), 1)
    known = np.array([4.0, *np.zeros(raw.shape[1])])
    first, second = np.zeros_like(known), np.zeros_like(known)
    for step in range(1, STEPS + 1):
        error = softmax(known[0] * raw + known[1:])
        error[where, truth] -= 1
        slope = np.array([(error * raw).sum(), *(error.sum(axis=0) + known[1:])]) / count
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        known = known - RATE * (1 - step / (STEPS + 1)) * move
        known[0] = max(known[0], 0.0)
    return float(known[0]), known[1:].astype(np.float32)


def temperature(logits: Floats, truth: Any) -> tuple[float, float]:
    """The factor of the logits that makes the truth most probable, by golden-section search from 0.2 to 5; its loss."""
    where = np.arange(len(truth))

    def loss(factor: float) -> float:
        return float(-np.log(softmax(factor * logits)[where, truth] + 1e-12).mean())

    low, high, ratio = 0.2, 5.0, (5**0.5 - 1) / 2
    for _ in range(30):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return (low + high) / 2, loss((low + high) / 2)


def logistic(marks: Floats, yes: Any, balanced: bool = True) -> tuple[float, ...]:
    """Weights of a logistic regression (one a mark); `balanced`: both answers weigh the same, however many of each."""
    aim = np.asarray(yes, np.float64)
    weight = np.full(len(aim), 1 / max(len(aim), 1))
    if balanced:
        weight = np.where(aim > 0, 0.5 / max(aim.sum(), 1), 0.5 / max((1 - aim).sum(), 1))
    known = np.zeros(marks.shape[1])
    for _ in range(50):  # Newton's steps, damped by the ridge
        p = chance(marks, known)
        slope = marks.T @ (weight * (p - aim)) + 0.001 * known
        bend = (marks * (weight * p * (1 - p))[:, None]).T @ marks + 0.001 * np.eye(len(known))
        move = np.linalg.solve(bend, slope)
        known = known - move
        if float(np.abs(move).max()) < 1e-8:
            break
    return tuple(float(k) for k in known)


def chance(marks: Floats, weights: Any) -> Any:
    """The logistic of marks × weights."""
    return 1 / (1 + np.exp(-np.clip(marks @ np.asarray(weights, np.float64), -50, 50)))


def refusing(out: Any, right: Any, cost: float = 0.01) -> float:
    """The lowest chance of being outside at which refusing loses at most `cost` of all texts that were right."""
    lost = np.sort(np.asarray(out)[np.asarray(right)])[::-1]
    allowed = int(cost * len(out))
    return float(lost[allowed]) if allowed < len(lost) else 0.0


def error(right: Any, sure: Any, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    truth, said = np.asarray(right, np.float64), np.asarray(sure, np.float64)
    where = np.minimum((said * bins).astype(int), bins - 1)
    parts = [where == b for b in set(where.tolist())]
    return float(sum(abs(truth[part].mean() - said[part].mean()) * part.mean() for part in parts))
