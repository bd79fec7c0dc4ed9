"""A third view of a text: its direction in an encoder's space, beside its words and pieces (models/embedding.py)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linkloop.links.service.normal import tidy
from linkloop.links.service.views import Floats, Ints, Rows
from linkloop.models.embedding import Encoder

AT_ONCE = 256  # texts that are embedded together


def directions(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Directions of length 1 (texts × dimensions); zeros for a text that has none.

    Raises NotFound `model.silent` where an encoder behind a URL gives no answer.
    """
    read = [tidy(text) for text in texts]
    said = [one.values for n in range(0, len(read), AT_ONCE) for one in encoder.embed_many(read[n : n + AT_ONCE])]
    found = np.zeros((len(said), max((len(values) for values in said), default=0)), np.float32)
    for row, values in zip(found, said, strict=True):
        if values:
            row[:] = np.frombuffer(values, np.int8)
    return unit(found)


def unit(rows: Floats) -> Floats:
    """Rows at length 1; a row without length stays."""
    return (rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)).astype(np.float32)


def apart(found: Floats, centre: Floats, length: float) -> Floats:
    """Directions from `centre`, which all texts of an encoder share (Mu and Viswanath 2018), at this length."""
    known = found.any(axis=-1, keepdims=True)
    return (unit(found - centre) * known * length).astype(np.float32)


def beside(rows: Rows, dense: Floats, size: int) -> Rows:
    """Rows with the numbers of `dense` (texts × dimensions) as the features from `size` on."""
    wide = dense.shape[1]
    if not wide:
        return rows
    after: Ints = rows.ends[1:]
    more = np.repeat(after, wide)
    at = np.insert(rows.at, more, np.tile(np.arange(size, size + wide, dtype=rows.at.dtype), len(rows)))
    values = np.insert(rows.values, more, dense.ravel())
    return Rows((rows.ends + wide * np.arange(len(rows) + 1)).astype(rows.ends.dtype), at, values)
