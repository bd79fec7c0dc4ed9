"""Fusion: the views of a passage weighed into one order, and into a probability that it answers."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from linkloop.links.service.knowledge.postings import Array
from linkloop.links.service.knowledge.views import ABSOLUTE, NAMES

FILE = Path(__file__).with_name("fusion.json")
STEPS, RATE = 400, 0.05


class Fusion(msgspec.Struct, frozen=True):
    """Weights over views that were made comparable: `order` ranks, `answers` (with its bias last) is a log odds."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    order: tuple[float, ...]
    answers: tuple[float, ...]
    card: dict[str, Any] = {}

    def scores(self, rows: Array) -> Array:
        """What each passage counts for in the order."""
        return self.comparable(rows) @ _array(self.order)

    def comparable(self, rows: Array) -> Array:
        """Views on one scale."""
        return (rows - _array(self.mean)) / _array(self.spread)

    def chances(self, rows: Array) -> Array:
        """The probability that each passage answers."""
        plain = rows[:, : len(ABSOLUTE)]
        plain = (plain - _array(self.mean)[: len(ABSOLUTE)]) / _array(self.spread)[: len(ABSOLUTE)]
        return 1 / (1 + np.exp(-(plain @ _array(self.answers)[:-1] + self.answers[-1])))


@lru_cache(maxsize=64)
def _array(values: tuple[float, ...]) -> Array:
    return np.array(values)


def load(path: Path = FILE) -> Fusion:
    """The weights that are shipped."""
    return msgspec.json.decode(path.read_bytes(), type=Fusion)


def save(path: Path, fusion: Fusion) -> None:
    """Write weights, one list a line."""
    parts = msgspec.to_builtins(fusion)
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in parts.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def fit_order(rows: list[Array], good: list[Array], l2: float) -> Fusion:
    """Weights that put what is good first: softmax over the passages of a question (ListNet, Cao et al. 2007), by Adam.

    `rows` are the views of each question's passages, `good` marks (0 or 1) those that answer it.
    """
    pairs = [(r, g) for r, g in zip(rows, good, strict=True) if g.sum()]
    table, marks = np.vstack([r for r, _ in pairs]), np.concatenate([g / g.sum() for _, g in pairs])
    number = np.repeat(np.arange(len(pairs)), [len(g) for _, g in pairs])
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-3
    table = (table - mean) / spread
    weights, first, second = np.zeros(len(NAMES)), np.zeros(len(NAMES)), np.zeros(len(NAMES))
    for step in range(1, STEPS + 1):
        raw = table @ weights
        grown = np.exp(raw - np.maximum.reduceat(raw, starts)[number])
        chance = grown / np.add.reduceat(grown, starts)[number]
        slope = table.T @ (chance - marks) / len(pairs) + l2 * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return Fusion(_list(mean), _list(spread), _list(weights), (0.0,) * (len(ABSOLUTE) + 1))


def fit_answers(fusion: Fusion, rows: Array, good: Array, l2: float) -> Fusion:
    """The same order, with log odds fitted (logistic regression by Newton's method) to whether a passage answers."""
    plain = (rows[:, : len(ABSOLUTE)] - np.array(fusion.mean[: len(ABSOLUTE)])) / np.array(
        fusion.spread[: len(ABSOLUTE)]
    )
    table = np.hstack([plain, np.ones((len(plain), 1))])
    weights = np.zeros(table.shape[1])
    hold = np.full(table.shape[1], l2 * len(table))
    hold[-1] = 1e-6
    for _ in range(25):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - good) + hold * weights
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(hold)
        weights = weights - np.linalg.solve(curve, slope)
    return msgspec.structs.replace(fusion, answers=_list(weights))


def _list(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)
