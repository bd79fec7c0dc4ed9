"""Linear machines for many labels at once, by dual coordinate descent (Hsieh et al. 2008), in numpy."""

from __future__ import annotations

import numpy as np

from linkloop.links.service.views import Floats, Rows


def fit(rows: Rows, targets: Floats, size: int, slack: float | Floats = 1.0, rounds: int = 12, seed: int = 1) -> Floats:
    """The table (size + 1 × labels; the last row is the bias) of the L2-loss machine of each label against the rest.

    `targets` is +1 or −1 (texts × labels); `slack` what a text that lies on the wrong side costs, as scikit-learn's C,
    one for all or one for each text and label. The same seed gives the same table.
    """
    rng = np.random.default_rng(seed)
    table = np.zeros((size + 1, targets.shape[1]), np.float32)
    dual = np.zeros_like(targets)
    ease = (0.5 / np.broadcast_to(np.asarray(slack, np.float32), targets.shape)).astype(np.float32)
    at = [np.append(rows.at[a:b], size) for a, b in zip(rows.ends, rows.ends[1:], strict=False)]
    values = [np.append(rows.values[a:b], np.float32(1)) for a, b in zip(rows.ends, rows.ends[1:], strict=False)]
    length = np.array([part @ part for part in values], np.float32)
    zero = np.float32(0)
    for _ in range(rounds):
        moved = zero
        for n in rng.permutation(len(rows)).tolist():
            where, value, target, was = at[n], values[n], targets[n], dual[n]
            part = table[where]
            slope = target * (value @ part) - 1 + was * ease[n]
            new = np.maximum(was - slope / (length[n] + ease[n]), zero)
            step = (new - was) * target
            if not step.any():
                continue
            moved = max(moved, float(np.abs(step).max()))
            dual[n] = new
            table[where] = part + value[:, None] * step
        if moved < 1e-3:
            break
    return table


def scores(rows: Rows, table: Floats) -> Floats:
    """What each machine says of each text (texts × labels)."""
    out = np.empty((len(rows), table.shape[1]), np.float32)
    for n, (a, b) in enumerate(zip(rows.ends, rows.ends[1:], strict=False)):
        out[n] = rows.values[a:b] @ table[rows.at[a:b]]
    return out + table[-1]
