"""Random draws of one actor: buffered from numpy, named by what it is for, so that actors never share a stream."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import exp, log
from typing import TypeVar
from zlib import crc32

import numpy as np

T = TypeVar("T")
_BUFFER = 1024


class Draws:
    """A stream of random numbers that is a function of the seed and a name alone.

    Single uniforms and normals come from a buffer: a numpy call for one number costs 30 times as much.
    """

    def __init__(self, seed: int, *name: str) -> None:
        words = tuple(crc32(word.encode()) for word in name)
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words)))
        self._uniforms: list[float] = []
        self._normals: list[float] = []

    def uniform(self) -> float:
        """A number in [0, 1)."""
        if not self._uniforms:
            self._uniforms = self.rng.random(_BUFFER).tolist()
        return self._uniforms.pop()

    def normal(self) -> float:
        """A standard normal number."""
        if not self._normals:
            self._normals = self.rng.standard_normal(_BUFFER).tolist()
        return self._normals.pop()

    def happens(self, probability: float) -> bool:
        """True with this probability (0 to 1)."""
        return self.uniform() < probability

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), all equally likely."""
        return low + (high - low) * self.uniform()

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[int(self.uniform() * len(options))]

    def weighted(self, cumulative: Sequence[float]) -> int:
        """An index, by weights that `running` made cumulative."""
        return min(bisect_right(cumulative, self.uniform() * cumulative[-1]), len(cumulative) - 1)

    def gamma(self, mean: float, sd: float) -> float:
        """A gamma number with this mean and standard deviation (shape = mean²/sd², scale = sd²/mean)."""
        return float(self.rng.gamma((mean / sd) ** 2, sd * sd / mean))

    def lognormal(self, median: float, sigma: float) -> float:
        """A lognormal number with this median; `sigma` is the standard deviation of its logarithm."""
        return median * exp(sigma * self.normal())

    def exponential(self, mean: float) -> float:
        """An exponential number with this mean."""
        return -mean * log(1.0 - self.uniform())


def once(seed: int, *name: str) -> Draws:
    """Draws for one errand: what comes of it does not depend on which errands came before it."""
    return Draws(seed, *name)


def running(weights: Sequence[float]) -> list[float]:
    """Cumulative weights, for `Draws.weighted`."""
    return list(accumulate(weights))
