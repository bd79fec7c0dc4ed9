"""Texts as rows of numbers: features that are known, weighted by rarity, each view to length 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from linkloop.links.service.features import features

Floats = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[Any]]
HALF = float(np.sqrt(0.5))  # two views of length 1 make a row of length 1


class Rows(NamedTuple):
    """Sparse rows, one after the other: row n is `at[ends[n]:ends[n + 1]]` with its `values`."""

    ends: Ints
    at: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.ends) - 1

    def pick(self, numbers: Sequence[int] | Ints) -> Rows:
        """These rows, in this order."""
        parts = [slice(self.ends[n], self.ends[n + 1]) for n in numbers]
        ends = np.cumsum([0, *(part.stop - part.start for part in parts)]).astype(np.int32)
        if not parts:
            return Rows(ends, self.at[:0], self.values[:0])
        return Rows(ends, np.concatenate([self.at[p] for p in parts]), np.concatenate([self.values[p] for p in parts]))


class Vocabulary(NamedTuple):
    """The number of each feature and what it counts for (its inverse document frequency); `strange`: an unknown one."""

    number: dict[str, int]
    rarity: Floats
    strange: float = 0.0

    def row(self, text: str) -> tuple[list[int], Floats, list[int]]:
        """`known` of a text's own views."""
        words, pieces = features(text)
        return self.known(words, pieces)

    def known(self, words: Sequence[str], pieces: Sequence[str]) -> tuple[list[int], Floats, list[int]]:
        """Numbers and weights of the known features; how many there are at all and how many are known.

        What is unknown counts for the length as one that a single text has: the less is known, the less is said.
        """
        number = self.number
        at = [number[gram] for gram in words if gram in number]
        split = len(at)
        at += [number[gram] for gram in pieces if gram in number]
        values = self.rarity[np.array(at, np.intp)]
        rest = self.strange * self.strange
        for part, unknown in ((values[:split], len(words) - split), (values[split:], len(pieces) + split - len(at))):
            if len(part):
                part *= HALF / sqrt(float(part @ part) + unknown * rest)
        return at, values, [len(words) + len(pieces), len(at)]


def learn(views: Sequence[tuple[list[str], list[str]]], rare: int) -> Vocabulary:
    """The features that at least `rare` texts have, sorted, and their rarity (Spärck Jones 1972, smoothed)."""
    counts = Counter(gram for words, pieces in views for gram in (*words, *pieces))
    known = sorted(gram for gram, count in counts.items() if count >= rare)
    seen = np.array([counts[gram] for gram in known], np.float64)
    rarity = (np.log((1 + len(views)) / (1 + seen)) + 1).astype(np.float32)
    return Vocabulary({gram: n for n, gram in enumerate(known)}, rarity, float(rarity.max(initial=1.0)))


def rows_of(views: Sequence[tuple[list[str], list[str]]], vocabulary: Vocabulary) -> Rows:
    """The rows of texts, given as views."""
    made = [vocabulary.known(words, pieces) for words, pieces in views]
    ends = np.cumsum([0, *(len(at) for at, _, _ in made)]).astype(np.int32)
    at = np.fromiter((n for row, _, _ in made for n in row), np.int32, int(ends[-1]))
    values = np.concatenate([values for _, values, _ in made]) if made else np.zeros(0, np.float32)
    return Rows(ends, at, values)
