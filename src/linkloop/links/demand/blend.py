"""Blend: experts and trees, weighed per segment and series by earlier windows, with calibrated bands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.demand import conformal, experts, regression, traffic, trees, weighing
from linkloop.links.demand.bands import Bands, Voices
from linkloop.links.demand.panel import Array, Panel, cut, novel, reconstruct, scales, segments
from linkloop.links.demand.yearly import YearlySettings, last_year, yearly

LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
GROWN_ONCE_FROM = 60_000  # cells from which on the splits of trees, found before the judged windows, stay
YOUNG = 28  # periods seen from which on a series has a scale of its own
SIMPLE = {
    "naive": experts.seasonal_naive,
    "mean": experts.seasonal_mean,
    "median": experts.median_of_last,
    "tsb": experts.tsb,
    "imapa": experts.imapa,
    "last_year": last_year,
}


class Plan(NamedTuple):
    """What a forecast is made of. `windows` earlier origins judge the experts, each `judged` periods long (0: the
    horizon); so many `trees` take part."""

    experts: tuple[str, ...] = ("naive", "mean", "median", "ets", "theta", "tsb")
    windows: int = 3
    judged: int = 0
    trees: int = 0
    year: YearlySettings | None = None
    seed: int = 0
    levels: tuple[float, ...] = LEVELS
    calm: bool = False  # days of a kind that never was before widen no band


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
    forest = _forest(origins[0], judged, plan) if origins and plan.trees else None
    trials = [_voices(origin, judged, plan, forest) for origin in origins]
    grown = forest if panel.units.size >= GROWN_ONCE_FROM else None
    final = _forest(panel, horizon, plan, grown) if forest is not None else None
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
    weights = weighing.of_medians(said, actual, seen, kind, scale)
    middles = np.einsum("wneh,ne->wnh", said, weights)
    median = np.einsum("neh,ne->nh", np.stack(last.points, axis=1), weights)
    brief = judged * 2 < horizon
    expected = weighing.of_means(said, actual, seen, kind, scale)
    factor = np.ones(len(kind))
    if not brief:
        factor = weighing.level(np.einsum("wneh,ne->wnh", said, expected), actual, seen, kind)
    mean = np.einsum("neh,ne->nh", np.stack(last.points, axis=1), expected)
    learnt = seen & ~np.stack([novel(panel, b, judged) for b in begins]) if plan.calm else seen
    bands = Bands(trials, middles, actual, learnt, kind, _then(origins, scale), panel, judged, plan.levels, scale)
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


def _windows(panel: Panel, horizon: int, plan: Plan) -> tuple[int, int]:
    """How long each judged window is, and how many of them the history carries (0: too short to judge)."""
    length = panel.units.shape[1]
    needed = panel.season + 2 if panel.season <= 26 else panel.season
    spare = length - min(needed + panel.season if panel.season <= 26 else needed, length)
    judged = min(plan.judged or horizon, max(spare // max(plan.windows, 1), 0))
    if judged >= 2:
        return judged, plan.windows
    return (spare, 1) if spare >= 2 else (0, 0)


def _forest(panel: Panel, horizon: int, plan: Plan, grown: trees.Forest | None = None) -> trees.Forest | None:
    filled = reconstruct(panel)
    return trees.train(panel, filled, horizon, plan.levels, seed=plan.seed, count=plan.trees, grown=grown)


def _voices(panel: Panel, horizon: int, plan: Plan, forest: trees.Forest | None, filled: Array | None = None) -> Voices:
    filled = reconstruct(panel) if filled is None else filled
    fitted = None
    if panel.known is not None or "regression" in plan.experts:
        fitted = regression.fit(panel, filled, horizon)
    plain = filled if fitted is None or panel.known is None else regression.neutral(fitted, filled)
    names, points = list(plan.experts), []
    smoothed: tuple[Array, Array] | None = None
    heads: Array | None = None
    for name in plan.experts:
        if name == "regression":
            assert fitted is not None
            points.append(regression.predict(fitted, horizon))
        elif name == "traffic":
            lift = np.ones((1, filled.shape[1])) if fitted is None else regression.lift(fitted, filled.shape[1])
            said = traffic.by_views(panel, plain, lift, horizon)
            points.append(said if fitted is None or panel.known is None else regression.restored(fitted, said))
        elif name == "yearly":
            points.append(yearly(panel, filled, horizon, plan.year))
        else:
            if name in ("ets", "theta"):
                smoothed = smoothed or experts.smoothed(plain, panel.season, horizon)
                said = smoothed[name == "theta"]
            else:
                said = SIMPLE[name](plain, panel.season, horizon)
            points.append(said if fitted is None or panel.known is None else regression.restored(fitted, said))
    if forest is not None:
        heads = trees.tell(forest, panel, filled, horizon)
        names.append("trees")
        points.append(heads[:, :, plan.levels.index(0.5)])
    own = conformal.own(filled, panel.seen, panel.season, plan.levels)[:, np.arange(horizon) % panel.season]
    return Voices(tuple(names), points, own, heads)


def _then(origins: list[Panel], scale: Array) -> Array:
    """[w, n] the scale of each series as it stood at each origin; that of now where it was too young to have one."""
    found = np.stack([scales(reconstruct(origin), origin.season) for origin in origins])
    aged = np.stack([origin.seen.sum(axis=1) >= YOUNG for origin in origins])
    return np.where(aged, np.maximum(found, scale / 5), scale)


def _scores(said: Array, actual: Array, seen: Array, scale: Array) -> Array:
    """Normal scores [w, n, h] of the errors by rank within the series; 0 where nothing was seen whole."""
    errors = np.where(seen, (actual - said) / np.sqrt(np.maximum(said, 0.05) * scale[None, :, None]), np.nan)
    w, n, h = errors.shape
    flat = np.moveaxis(errors, 1, 0).reshape(n, w * h)
    order = np.argsort(np.argsort(np.nan_to_num(flat, nan=np.inf), axis=1), axis=1)
    count = np.maximum((~np.isnan(flat)).sum(axis=1, keepdims=True), 1)
    share = np.clip((order + 0.5) / count, 0.001, 0.999)
    found = np.where(np.isnan(flat), 0.0, conformal.normal_quantile(share))
    return np.moveaxis(found.reshape(n, w, h), 1, 0)


def _unjudged(last: Voices, kind: Array, scale: Array, panel: Panel, filled: Array, plan: Plan) -> Prediction:
    """A history too short to judge anybody: all experts alike, and bands between Poisson and the own past."""
    n = len(scale)
    median = np.mean(last.points, axis=0)
    z = conformal.normal_quantile(np.array(plan.levels))
    poisson = median[:, :, None] + z * np.sqrt(np.maximum(median, 0.1))[:, :, None] * 1.3
    quantile = np.maximum.accumulate(np.maximum(0.5 * poisson + 0.5 * last.own, 0.0), axis=2)
    even = np.full((n, len(last.names)), 1.0 / len(last.names))
    nothing = np.zeros(n)
    return Prediction(
        median, quantile[:, :, plan.levels.index(0.5)], quantile, plan.levels, last.names, even, kind, nothing, nothing,
        np.zeros((n, 0)),
    )  # fmt: skip
