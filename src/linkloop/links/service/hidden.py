"""A layer of hidden units between features and labels (a perceptron with drop-out), in numpy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.service.views import Floats, Ints, Rows

BATCH, RATE, DROP_IN, DROP, SMOOTH = 128, 0.003, 0.3, 0.4, 0.1


class Hidden(NamedTuple):
    """`first` features × units, `second` units × labels, with their biases."""

    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats

    def scores(self, rows: Rows) -> Floats:
        """Log-odds of each label for each text, up to a constant per text."""
        out = np.empty((len(rows), len(self.second_bias)), np.float32)
        for n, (a, b) in enumerate(zip(rows.ends, rows.ends[1:], strict=False)):
            out[n] = self.score(rows.at[a:b], rows.values[a:b])
        return out

    def score(self, at: Ints | list[int], values: Floats) -> Floats:
        """The same for one text."""
        units = np.maximum(values @ self.first[at] + self.first_bias, 0)
        return units @ self.second + self.second_bias


def fit(rows: Rows, targets: Floats, size: int, units: int, rounds: int = 12, seed: int = 1) -> Hidden:
    """Fit by Adam (Kingma and Ba 2015), labels smoothed, with drop-out of features and units (Srivastava et al. 2014).

    `targets` is 0 or 1, one label a text. The same seed gives the same weights on the same machine.
    """
    rng = np.random.default_rng(seed)
    labels = targets.shape[1]
    aims = targets * (1 - SMOOTH) + SMOOTH / labels
    parts = [
        rng.normal(0, 0.1, (size, units)).astype(np.float32),
        np.zeros(units, np.float32),
        rng.normal(0, units**-0.5, (units, labels)).astype(np.float32),
        np.zeros(labels, np.float32),
    ]
    first, second = [np.zeros_like(p) for p in parts], [np.zeros_like(p) for p in parts]
    steps, step = rounds * -(-len(rows) // BATCH), 0
    for _ in range(rounds):
        order = rng.permutation(len(rows))
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            used, dense = _dense(rows.pick(numbers), rng)
            raw = dense @ parts[0][used] + parts[1]
            mask = (rng.random(raw.shape) >= DROP).astype(np.float32) / np.float32(1 - DROP)
            hidden = np.maximum(raw, 0) * mask
            out = hidden @ parts[2] + parts[3]
            out = np.exp(out - out.max(axis=1, keepdims=True))
            error = (out / out.sum(axis=1, keepdims=True) - aims[numbers]) / np.float32(len(numbers))
            back = (error @ parts[2].T) * mask * (raw > 0)
            slopes = [dense.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
            step += 1
            rate = np.float32(RATE * (1 - step / (steps + 1)) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step))
            for n, slope in enumerate(slopes):
                where = used if n == 0 else slice(None)
                a, b = first[n][where], second[n][where]
                a = a + np.float32(0.1) * (slope - a)
                b = b + np.float32(0.001) * (slope * slope - b)
                first[n][where], second[n][where] = a, b
                parts[n][where] -= rate * a / (np.sqrt(b) + np.float32(1e-8))
    return Hidden(*parts)


def _dense(rows: Rows, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """The features that a batch uses, and the batch over them alone, some of them dropped."""
    used, place = np.unique(rows.at, return_inverse=True)
    kept = (rng.random(len(rows.at)) >= DROP_IN).astype(np.float32) / np.float32(1 - DROP_IN)
    dense = np.zeros((len(rows), len(used)), np.float32)
    dense[np.repeat(np.arange(len(rows)), np.diff(rows.ends)), place] = rows.values * kept
    return used, dense
