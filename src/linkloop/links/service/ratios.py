"""How much a feature tells labels apart: log-count ratios (Wang and Manning 2012)."""

from __future__ import annotations

import numpy as np

from linkloop.links.service.views import Floats, Rows


def ratios(rows: Rows, aims: Floats, size: int, power: float) -> Floats:
    """A weight of each of `size` features: its largest |log ratio| of a label against the rest, to `power`.

    `aims` is 0 or 1 (texts × labels). A ratio compares the feature's share of all features in texts of the label with
    its share in the others, one text's worth of doubt on both sides. Power 0 weighs all the same.
    """
    weights = np.zeros(size)
    row = np.repeat(np.arange(len(rows)), np.diff(rows.ends))
    all_of = np.bincount(rows.at, minlength=size).astype(np.float64)
    for aim in aims.T:
        mine = np.bincount(rows.at, weights=aim[row], minlength=size)
        with_it, without = mine + 1, all_of - mine + 1
        found = np.log(with_it / with_it.sum()) - np.log(without / without.sum())
        weights = np.maximum(weights, np.abs(found))
    return (weights**power).astype(np.float32)
