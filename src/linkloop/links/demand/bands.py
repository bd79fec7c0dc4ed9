"""Bands: quantiles around the blend from pooled errors, the own past and heads, weighed and corrected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand import conformal
from linkloop.links.demand.panel import SEGMENTS, Array, Panel, reconstruct

HORIZON_PARTS = 3
SHARES_FROM = 8_000  # periods from which the candidates' shares are learned at most


class Voices(NamedTuple):
    """What each expert says from one origin: `points` [n, h] by `names`; `own` [n, h, q] are quantiles of its past,
    `heads` those of trees."""

    names: tuple[str, ...]
    points: list[Array]
    own: Array
    heads: Array | None = None


class Bands:
    """Quantiles around the blend: from pooled errors, from the series' own past, from heads; weighed and corrected."""

    def __init__(
        self, trials: list[Voices], middles: Array, actual: Array, seen: Array, kind: Array, then: Array,
        panel: Panel, judged: int, levels: tuple[float, ...], scale: Array,
    ) -> None:  # fmt: skip
        """`then` [w, n] are the scales of the series as they stood when each window began, `scale` [n] those of now."""
        self.kind, self.judged, self.levels = kind, judged, levels
        self.noise = conformal.restlessness(reconstruct(panel), scale, panel.season)
        part = np.minimum(np.arange(judged) * HORIZON_PARTS // max(judged, 1), HORIZON_PARTS - 1)
        keys = kind[None, :, None] * HORIZON_PARTS + part[None, None, :]
        self.keys = np.broadcast_to(keys, actual.shape)
        spread = np.stack([conformal.spread(m, s, self.noise) for m, s in zip(middles, then, strict=True)])
        errors = (actual - middles) / spread
        idle = [_idle(actual[:, kind == k], seen[:, kind == k]) for k in range(len(SEGMENTS))]
        self.table = self._table(errors, seen, idle)
        pooled = []
        for w, middle in enumerate(middles):  # each window by the errors of the others
            others = seen.copy()
            if len(middles) > 1:
                others[w] = False
            table = self._table(errors, others, idle)
            pooled.append(middle[:, :, None] + table[self.keys[w]] * spread[w][:, :, None])
        candidates = [np.stack(pooled)]
        self.own = panel.units.shape[1] >= 2 * panel.season  # else a series' own past does not know its season
        if self.own:
            candidates.append(np.stack([t.own for t in trials]))
        if all(t.heads is not None for t in trials):
            candidates.append(np.stack([t.heads for t in trials if t.heads is not None]))
        self.shares = np.ones((len(SEGMENTS), len(levels), len(candidates))) / len(candidates)
        self.moves = np.zeros((len(SEGMENTS), len(levels)))
        size = np.broadcast_to(then[:, :, None], actual.shape)
        for segment in np.unique(kind):
            mine = seen & (kind == segment)[None, :, None]
            if mine.sum() < 50:
                continue
            said = np.stack([c[mine] for c in candidates])  # [c, m, q]
            self.shares[segment] = _shares(said, actual[mine], levels)
            mixed = np.einsum("cmq,qc->mq", said, self.shares[segment])
            which = np.nonzero(mine)[0]
            self.moves[segment] = conformal.steady(actual[mine], mixed, size[mine], which, levels)

    def _table(self, errors: Array, usable: Array, idle: list[float]) -> Array:
        """[segment · part, q] quantiles of the errors [w, n, h] that are usable; the later windows count more, and a
        shift of all quantiles only as far as windows agree on it."""
        count = len(SEGMENTS) * HORIZON_PARTS
        weight = np.broadcast_to((conformal.RECENT ** np.arange(len(errors))[::-1])[:, None, None], errors.shape)
        table = conformal.bands(errors[usable], weight[usable], self.keys[usable], count, self.levels)
        windows = [w for w in range(len(errors)) if usable[w].any()]
        if len(windows) < 2:
            return table
        centre = self.levels.index(0.5)
        middle = [
            conformal.bands(errors[w][usable[w]], np.ones(usable[w].sum()), self.keys[w][usable[w]], count, (0.5,))
            for w in windows
        ]
        single = np.stack(middle)[:, :, 0]
        for key in range(count):
            share = idle[key // HORIZON_PARTS]
            table[key] -= conformal.distrusted(table[key, centre], single[:, key], share, self.levels)
        return np.maximum.accumulate(table, axis=1)

    def apply(self, last: Voices, median: Array, scale: Array, horizon: int) -> Array:
        """[n, h, q] the quantiles of the coming periods, rising with the level and never below 0."""
        part = np.minimum(np.arange(horizon) * HORIZON_PARTS // max(self.judged, 1), HORIZON_PARTS - 1)
        keys = self.kind[:, None] * HORIZON_PARTS + part[None, :]
        table, moves = self.table, self.moves
        if self.judged * 2 < horizon:  # what was off over a few periods says nothing of many
            centre = self.levels.index(0.5)
            table, moves = table - table[:, centre, None], moves - moves[:, centre, None]
        pooled = median[:, :, None] + table[keys] * conformal.spread(median, scale, self.noise)[:, :, None]
        candidates = [pooled, *([last.own] if self.own else [])]
        if self.shares.shape[2] > len(candidates):
            assert last.heads is not None
            candidates.append(last.heads)
        shares = self.shares[self.kind]
        mixed = sum(c * shares[:, None, :, k] for k, c in enumerate(candidates))
        moved = mixed + moves[self.kind][:, None, :] * scale[:, None, None]
        return np.maximum.accumulate(np.maximum(moved, 0.0), axis=2)


def _idle(actual: Array, seen: Array) -> float:
    """The share of what was seen that sold nothing; 0 where nothing was seen."""
    return float((actual <= 0)[seen].mean()) if seen.any() else 0.0


def _shares(said: Array, actual: Array, levels: tuple[float, ...]) -> Array:
    """[q, c] shares of the candidates per level, of the least pinball loss on a grid of steps of a quarter."""
    if said.shape[1] > SHARES_FROM:
        pick = np.linspace(0, said.shape[1] - 1, SHARES_FROM).astype(int)
        said, actual = said[:, pick], actual[pick]
    count = said.shape[0]
    grid = [np.array(w) / 4 for w in np.ndindex(*([5] * count)) if sum(w) == 4]
    losses = np.stack([conformal.pinball(actual, np.tensordot(w, said, 1), levels).mean(axis=0) for w in grid])
    return np.stack([grid[k] for k in losses.argmin(axis=0)])
