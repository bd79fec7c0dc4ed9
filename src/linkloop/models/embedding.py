"""Embedding: directions of texts as signed bytes, small enough to be kept with a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeGuard

import numpy as np

from linkloop.commerce.knowledge import Embedding
from linkloop.core.question import Model

LEAST, MOST = 8, 4096  # dimensions


class Encoder(Model, Protocol):
    """A Model that answers Embed, for many texts at once too."""

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        """The directions of texts, in their order. Raises NotFound `model.silent` where there is no answer."""
        ...


def is_encoder(model: Model) -> TypeGuard[Encoder]:
    """Whether a model embeds many texts at once."""
    return hasattr(model, "embed_many")


def quantised(values: Any) -> bytes:
    """A direction (numbers, one a dimension) as signed bytes, its largest part as 127; empty for one without length.

    Raises ValueError for what is no list of LEAST to MOST finite numbers.
    """
    found = np.asarray(values, np.float64)
    if found.ndim != 1 or not LEAST <= len(found) <= MOST or not np.isfinite(found).all():
        raise ValueError(f"{LEAST} to {MOST} finite numbers are expected")
    most = float(np.abs(found).max())
    return np.rint(found / most * 127).astype(np.int8).tobytes() if most > 0 else b""
