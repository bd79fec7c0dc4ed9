"""Blend: experts and trees, weighed per segment and series by earlier windows, with calibrated bands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand import conformal, experts, regression, trees
from linkloop.links.demand.panel import SEGMENTS, Array, Panel, cut, reconstruct, scales, segments
from linkloop.links.demand.yearly import YearlySettings, last_year, yearly

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
STEPS = 60  # of the search for weights
LEARNING = 8.0  # its first step
FEW = 20.0  # series times windows at which experts are half alike
OWN_TRUST = 3.0  # how sharply a series prefers what was better for itself
HORIZON_PARTS = 3
SIMPLE = {
    "naive": experts.seasonal_naive,
    "mean": experts.seasonal_mean,
    "median": experts.median_of_last,
    "ets": experts.ets,
    "theta": experts.theta,
    "tsb": experts.tsb,
    "last_year": last_year,
}


class Plan(NamedTuple):
    """What a forecast is made of. `windows` earlier origins judge the experts, each `judged` periods long (0: the
    horizon); `trees` and `heads` say whether LightGBM takes part, for the mean and for quantiles."""

    experts: tuple[str, ...] = ("naive", "mean", "median", "ets", "theta", "tsb")
    windows: int = 3
    judged: int = 0
    trees: bool = False
    heads: bool = False
    rounds: int = 60
    year: YearlySettings | None = None
    seed: int = 0
    levels: tuple[float, ...] = LEVELS


class Prediction(NamedTuple):
    """`mean`, `median` [n, h], `quantiles` [n, h, q] at `levels`; `weights` [n, experts] of the median by `names`;
    `segment` [n] numbers of SEGMENTS; `wape`, `bias` [n] and `scores` [n, m] (normal scores of the errors of the judged
    periods, oldest first) of earlier windows."""

    mean: Array
    median: Array
    quantiles: Array
    levels: tuple[float, ...]
    names: tuple[str, ...]
    weights: Array
    segment: Array
    wape: Array
    bias: Array
    scores: Array


def forecast(panel: Panel, horizon: int, plan: Plan | None = None) -> Prediction:
    """What the blend says of the `horizon` periods after the panel. Raises ValueError for a panel without periods."""
    plan = plan or Plan()
    if panel.units.shape[1] < 2 or horizon < 1:
        raise ValueError("a forecast needs at least two periods behind it and one ahead")
    judged, windows = _windows(panel, horizon, plan)
    origins = [cut(panel, judged * k) for k in range(windows, 0, -1)]
    filled = reconstruct(panel)
    heads = _heads(origins[0], judged, plan) if origins and plan.trees else None
    trials = [_voices(origin, judged, plan, heads) for origin in origins]
    final = _heads(panel, horizon, plan) if plan.trees else None
    if heads is None:
        final = None
    last = _voices(panel, horizon, plan, final, filled)
    kind = segments(filled, panel.seen, panel.season)
    scale = scales(filled, panel.season)
    if not trials:
        return _unjudged(last, kind, scale, panel, filled, plan)
    length = panel.units.shape[1]
    begins = [length - judged * k for k in range(windows, 0, -1)]
    actual = np.stack([panel.units[:, b : b + judged] for b in begins])
    seen = np.stack([panel.seen[:, b : b + judged] for b in begins])
    said = np.stack([np.stack(trial.points, axis=1) for trial in trials])  # [w, n, e, h]
    weights = _weights(said, actual, seen, kind, scale)
    middles = np.einsum("wneh,ne->wnh", said, weights)
    median = np.einsum("neh,ne->nh", np.stack(last.points, axis=1), weights)
    brief = judged * 2 < horizon
    expected = _expected(said, actual, seen, kind, scale)
    factor = np.ones(len(kind))
    if not brief:
        factor = _level(np.einsum("wneh,ne->wnh", said, expected), actual, seen, kind)
    mean = np.einsum("neh,ne->nh", np.stack(last.points, axis=1), expected)
    bands = _Bands(trials, middles, actual, seen, kind, scale, panel, judged, plan)
    quantile = bands.apply(last, median, scale, horizon)
    total = np.maximum((actual * seen).sum(axis=(0, 2)), 1e-9)
    errors = np.where(seen, middles - actual, 0.0)
    scores = np.moveaxis(_scores(middles, actual, seen, scale), 0, 1).reshape(len(scale), -1)
    centre = quantile[:, :, plan.levels.index(0.5)]
    return Prediction(
        mean=np.maximum(mean * factor[:, None], 0.0),
        median=centre,
        quantiles=quantile,
        levels=plan.levels,
        names=last.names,
        weights=weights,
        segment=kind,
        wape=np.abs(errors).sum(axis=(0, 2)) / total,
        bias=errors.sum(axis=(0, 2)) / total,
        scores=scores,
    )


class _Voices(NamedTuple):
    """What each expert says from one origin: `points` [n, h] by `names`; `own` and `heads` [n, h, q] are quantiles."""

    names: tuple[str, ...]
    points: list[Array]
    own: Array
    heads: Array | None


def _windows(panel: Panel, horizon: int, plan: Plan) -> tuple[int, int]:
    """How long each judged window is, and how many of them the history carries (0: too short to judge)."""
    length = panel.units.shape[1]
    needed = panel.season + 2 if panel.season <= 26 else panel.season
    spare = length - min(needed + panel.season if panel.season <= 26 else needed, length)
    judged = min(plan.judged or horizon, max(spare // max(plan.windows, 1), 0))
    if judged >= 2:
        return judged, plan.windows
    return (spare, 1) if spare >= 2 else (0, 0)


def _heads(panel: Panel, horizon: int, plan: Plan) -> trees.Heads | None:
    levels = plan.levels if plan.heads else ()
    return trees.train(panel, reconstruct(panel), horizon, levels, seed=plan.seed, rounds=plan.rounds)


def _voices(panel: Panel, horizon: int, plan: Plan, heads: trees.Heads | None, filled: Array | None = None) -> _Voices:
    filled = reconstruct(panel) if filled is None else filled
    fitted = None
    if panel.known is not None or "regression" in plan.experts:
        fitted = regression.fit(panel, filled, horizon)
    plain = filled if fitted is None or panel.known is None else regression.neutral(fitted, filled)
    names, points = list(plan.experts), []
    for name in plan.experts:
        if name == "regression":
            assert fitted is not None
            points.append(regression.predict(fitted, horizon))
        elif name == "yearly":
            points.append(yearly(panel, filled, horizon, plan.year))
        else:
            said = SIMPLE[name](plain, panel.season, horizon)
            points.append(said if fitted is None or panel.known is None else regression.restored(fitted, said))
    told = None
    if heads is not None:
        told = trees.tell(heads, panel, filled, horizon, plan.levels)
        names += ["trees_mean", "trees_median"]
        points += [told.mean, told.median]
    own = conformal.own(filled, panel.seen, panel.season, plan.levels)[:, np.arange(horizon) % panel.season]
    return _Voices(tuple(names), points, own, told.quantiles if told else None)


def _weights(said: Array, actual: Array, seen: Array, kind: Array, scale: Array) -> Array:
    """[n, e] shares that sum to 1: those of the least absolute error of the segment, leaned towards what was better for
    the series itself."""
    n, count = said.shape[1], said.shape[2]
    weights = np.full((n, count), 1.0 / count)
    for segment in np.unique(kind):
        mine = kind == segment
        even = FEW / (FEW + mine.sum() * len(said))  # few series can prove little
        learned = _simplex(said[:, mine], actual[:, mine], seen[:, mine])
        weights[mine] = (1 - even) * learned[None, :] + even / count
    errors = (np.abs(said - actual[:, :, None, :]) * seen[:, :, None, :]).sum(axis=(0, 3))
    total = np.maximum((np.abs(actual) * seen).sum(axis=(0, 2)), seen.sum(axis=(0, 2)) * scale * 0.2) + 1e-9
    relative = errors / total[:, None]
    trust = OWN_TRUST * np.minimum(seen.sum(axis=(0, 2)) / 60.0, 1.0)
    leaned = (weights + 0.02) * np.exp(-trust[:, None] * (relative - relative.min(axis=1, keepdims=True)))
    return leaned / leaned.sum(axis=1, keepdims=True)


def _simplex(said: Array, actual: Array, seen: Array) -> Array:
    """[e] the shares of least absolute error by exponentiated gradient (Kivinen and Warmuth 1997)."""
    count = said.shape[2]
    flat = np.moveaxis(said, 2, 3).reshape(-1, count)[seen.ravel()]
    truth = actual[seen]
    if not len(truth):
        return np.full(count, 1.0 / count)
    if len(truth) > 40_000:
        pick = np.linspace(0, len(truth) - 1, 40_000).astype(int)
        flat, truth = flat[pick], truth[pick]
    size = max(float(np.abs(truth).mean()), 1e-9)
    weights = np.full(count, 1.0 / count)
    best, least = weights, np.inf
    for step in range(STEPS):
        error = flat @ weights - truth
        loss = float(np.abs(error).mean())
        if loss < least:
            best, least = weights, loss
        slope = np.sign(error) @ flat / len(truth) / size
        weights = weights * np.exp(np.clip(-LEARNING / np.sqrt(step + 1) * (slope - slope.mean()), -20.0, 20.0))
        weights = np.maximum(weights, 1e-6)
        weights /= weights.sum()
    return best


def _expected(said: Array, actual: Array, seen: Array, kind: Array, scale: Array) -> Array:
    """[n, e] shares of the least squared error of the segment, each error in terms of the root of the series' scale;
    drawn towards all alike by a ridge."""
    count = said.shape[2]
    weights = np.full((said.shape[1], count), 1.0 / count)
    for segment in np.unique(kind):
        mine = kind == segment
        here = seen[:, mine]
        size = np.broadcast_to(np.sqrt(scale[mine])[None, :, None], here.shape)[here]
        flat = np.moveaxis(said[:, mine], 2, 3)[here] / size[:, None]
        truth = actual[:, mine][here] / size
        if len(truth):
            weights[mine] = _nearest_mix(flat.T @ flat / len(truth), flat.T @ truth / len(truth))
    return weights


def _nearest_mix(gram: Array, right: Array) -> Array:
    """[e] the shares w that sum to 1, none negative, of least w·gram·w − 2·right·w, by exponentiated gradient."""
    count = len(right)
    ridge = 0.02 * float(np.trace(gram)) / count
    size = max(float(np.trace(gram)) / count, 1e-12)
    weights = np.full(count, 1.0 / count)
    for _ in range(200):
        slope = (gram @ weights - right + ridge * (weights - 1.0 / count)) / size
        weights = weights * np.exp(np.clip(-4.0 * (slope - slope.mean()), -20.0, 20.0))
        weights /= weights.sum()
    return weights


def _level(said: Array, actual: Array, seen: Array, kind: Array) -> Array:
    """[n] the mean over the median of demand, of a series' segment and, as far as it sold enough, its own."""
    above, below = (actual * seen).sum(axis=(0, 2)), (said * seen).sum(axis=(0, 2))
    factor = np.ones(len(kind))
    for segment in np.unique(kind):
        mine = kind == segment
        whole = above[mine].sum() / max(below[mine].sum(), 1e-9)
        prior = max(below[mine].mean(), 1e-9)
        factor[mine] = (above[mine] + whole * prior) / (below[mine] + prior)
    return np.clip(factor, 0.5, 5.0)


def _scores(said: Array, actual: Array, seen: Array, scale: Array) -> Array:
    """Normal scores [w, n, h] of the errors by rank within the series; 0 where nothing was seen whole."""
    errors = np.where(seen, (actual - said) / np.sqrt(np.maximum(said, 0.05) * scale[None, :, None]), np.nan)
    w, n, h = errors.shape
    flat = np.moveaxis(errors, 1, 0).reshape(n, w * h)
    order = np.argsort(np.argsort(np.nan_to_num(flat, nan=np.inf), axis=1), axis=1)
    count = np.maximum((~np.isnan(flat)).sum(axis=1, keepdims=True), 1)
    share = np.clip((order + 0.5) / count, 0.001, 0.999)
    found = np.where(np.isnan(flat), 0.0, normal_quantile(share))
    return np.moveaxis(found.reshape(n, w, h), 1, 0)


def normal_quantile(share: Array) -> Array:
    """Φ⁻¹ of probabilities in (0, 1) by Acklam's rational approximation, to 1e-8 relative."""
    a = (
        -39.69683028665376,
        220.9460984245205,
        -275.9285104469687,
        138.3577518672690,
        -30.66479806614716,
        2.506628277459239,
    )
    b = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0)
    c = (
        -0.007784894002430293,
        -0.3223964580411365,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    )
    d = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    p = np.clip(np.asarray(share, dtype=float), 1e-12, 1 - 1e-12)
    tail = np.minimum(p, 1 - p)
    q = np.sqrt(-2 * np.log(tail))
    outer = np.polyval(c, q) / np.polyval(d, q)
    centre = p - 0.5
    r = centre * centre
    inner = np.polyval(a, r) * centre / np.polyval(b, r)
    return np.where(tail < 0.02425, np.where(p < 0.5, outer, -outer), inner)


class _Bands:
    """Quantiles around the blend: from pooled errors, from the series' own past, from heads; weighed and corrected."""

    def __init__(
        self, trials: list[_Voices], middles: Array, actual: Array, seen: Array, kind: Array, scale: Array,
        panel: Panel, judged: int, plan: Plan,
    ) -> None:  # fmt: skip
        self.kind, self.judged, self.plan = kind, judged, plan
        self.noise = conformal.restlessness(reconstruct(panel), scale, panel.season)
        levels = plan.levels
        part = np.minimum(np.arange(judged) * HORIZON_PARTS // max(judged, 1), HORIZON_PARTS - 1)
        keys = kind[None, :, None] * HORIZON_PARTS + part[None, None, :]
        keys = np.broadcast_to(keys, actual.shape)
        errors = np.stack([conformal.ratios(a, m, scale, self.noise) for a, m in zip(actual, middles, strict=True)])
        count = len(SEGMENTS) * HORIZON_PARTS
        self.table = conformal.bands(errors[seen], np.ones(seen.sum()), keys[seen], count, levels)
        pooled = []
        for w, middle in enumerate(middles):  # each window by the errors of the others
            others = seen.copy()
            if len(middles) > 1:
                others[w] = False
            table = conformal.bands(errors[others], np.ones(others.sum()), keys[others], count, levels)
            pooled.append(middle[:, :, None] + table[keys[w]] * conformal.spread(middle, scale, self.noise)[:, :, None])
        candidates = [np.stack(pooled)]
        self.own = panel.units.shape[1] >= 2 * panel.season  # else a series' own past does not know its season
        if self.own:
            candidates.append(np.stack([t.own for t in trials]))
        if all(t.heads is not None for t in trials):
            candidates.append(np.stack([t.heads for t in trials if t.heads is not None]))
        self.shares = np.ones((len(SEGMENTS), len(levels), len(candidates))) / len(candidates)
        self.moves = np.zeros((len(SEGMENTS), len(levels)))
        size = np.broadcast_to(scale[None, :, None], actual.shape)
        for segment in np.unique(kind):
            mine = seen & (kind == segment)[None, :, None]
            if mine.sum() < 50:
                continue
            said = np.stack([c[mine] for c in candidates])  # [c, m, q]
            self.shares[segment] = _shares(said, actual[mine], levels)
            mixed = np.einsum("cmq,qc->mq", said, self.shares[segment])
            which = np.nonzero(mine)[0]
            self.moves[segment] = conformal.steady(actual[mine], mixed, size[mine], which, levels)

    def apply(self, last: _Voices, median: Array, scale: Array, horizon: int) -> Array:
        """[n, h, q] the quantiles of the coming periods, rising with the level and never below 0."""
        part = np.minimum(np.arange(horizon) * HORIZON_PARTS // max(self.judged, 1), HORIZON_PARTS - 1)
        keys = self.kind[:, None] * HORIZON_PARTS + part[None, :]
        table, moves = self.table, self.moves
        if self.judged * 2 < horizon:  # what was off over a few periods says nothing of many
            centre = self.plan.levels.index(0.5)
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


def _shares(said: Array, actual: Array, levels: tuple[float, ...]) -> Array:
    """[q, c] shares of the candidates per level, of the least pinball loss on a grid of steps of a quarter."""
    if said.shape[1] > 60_000:
        pick = np.linspace(0, said.shape[1] - 1, 60_000).astype(int)
        said, actual = said[:, pick], actual[pick]
    count = said.shape[0]
    grid = [np.array(w) / 4 for w in np.ndindex(*([5] * count)) if sum(w) == 4]
    losses = np.stack([conformal.pinball(actual, np.tensordot(w, said, 1), levels).mean(axis=0) for w in grid])
    return np.stack([grid[k] for k in losses.argmin(axis=0)])


def _unjudged(last: _Voices, kind: Array, scale: Array, panel: Panel, filled: Array, plan: Plan) -> Prediction:
    """A history too short to judge anybody: all experts alike, and bands between Poisson and the own past."""
    n = len(scale)
    median = np.mean(last.points, axis=0)
    z = normal_quantile(np.array(plan.levels))
    poisson = median[:, :, None] + z * np.sqrt(np.maximum(median, 0.1))[:, :, None] * 1.3
    quantile = np.maximum.accumulate(np.maximum(0.5 * poisson + 0.5 * last.own, 0.0), axis=2)
    even = np.full((n, len(last.names)), 1.0 / len(last.names))
    nothing = np.zeros(n)
    return Prediction(
        median, quantile[:, :, plan.levels.index(0.5)], quantile, plan.levels, last.names, even, kind, nothing, nothing,
        np.zeros((n, 0)),
    )  # fmt: skip
