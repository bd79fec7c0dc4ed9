"""Quantiles of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

N = TypeVar("N", int, float)


def quantile(ordered: Sequence[N], share: float) -> N | None:
    """The nearest-rank quantile: the smallest value that at least this share does not exceed; None of nothing."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
