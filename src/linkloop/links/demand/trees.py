"""Trees: one LightGBM forest over all series, direct by horizon, each in its own scale; its leaves give quantiles."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linkloop.links.demand.panel import Array, Panel, scales, segments, starts

WINDOWS = (1, 2, 4, 8)  # short seasons that the recent level is measured over
MOST_ROWS = 20_000
ORIGINS, MOST_ORIGINS = 24, 200
TREES, LEAVES, LEAST, BINS = 16, 63, 20, 63
FILLED = 10  # pairs from which on a leaf is filled anew


class Forest(NamedTuple):
    """Trees that share out the past, and of each leaf the quantiles of what came: `leaves` [tree, leaf, level]."""

    booster: Any
    leaves: Array


def train(
    panel: Panel, filled: Array, horizon: int, levels: tuple[float, ...], *, seed: int = 0, count: int = TREES,
    grown: Forest | None = None,
) -> Forest | None:  # fmt: skip
    """A quantile regression forest (Meinshausen 2006) from at most `MOST_ROWS` pairs of an origin and a later period,
    each in its series' own scale; None where history is too short. One set of trees serves all levels. Where trees
    are `grown` already their splits stay, and their leaves are filled anew from this panel, but those into which less
    than `FILLED` pairs fall, which stay as they are."""
    found = _rows(panel, filled, horizon, seed)
    if found is None:
        return None
    features, target, weight = found
    if grown is not None:
        filled_anew, count_of = _leaves(grown.booster, features, target, weight, levels)
        return Forest(grown.booster, np.where(count_of[:, :, None] < FILLED, grown.leaves, filled_anew))
    import lightgbm as lgb

    given = {
        "objective": "l2",
        "boosting": "rf",
        "num_leaves": LEAVES,
        "min_data_in_leaf": LEAST,
        "bagging_fraction": 0.6,
        "bagging_freq": 1,
        "feature_fraction": 0.6,
        "max_bin": BINS,
        "bin_construct_sample_cnt": 20_000,
        "verbose": -1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
    }
    data = lgb.Dataset(features, np.sqrt(target), weight=weight, params=given, free_raw_data=True)
    booster = lgb.train(given, data, count)
    return Forest(booster, _leaves(booster, features, target, weight, levels)[0])


def tell(forest: Forest, panel: Panel, filled: Array, horizon: int) -> Array:
    """[n, h, level] quantiles of the `horizon` periods after the panel: the mean over trees of those of the leaf."""
    n, length = filled.shape
    scale = scales(filled, panel.season)
    features = _features(panel, filled, length, np.arange(1, horizon + 1), np.arange(n), scale)
    where = forest.booster.predict(features, pred_leaf=True, num_threads=1)
    total = np.zeros((len(where), forest.leaves.shape[2]), dtype=np.float32)
    for tree in range(where.shape[1]):
        total += forest.leaves[tree][where[:, tree]]
    found = (total / where.shape[1]).reshape(n, horizon, -1)
    return np.maximum(found, 0.0) * scale[:, None, None]


def _leaves(
    booster: Any, features: Array, target: Array, weight: Array, levels: tuple[float, ...]
) -> tuple[Array, Array]:
    """[tree, leaf, level] weighted quantiles of the targets that fall into each leaf (of one that is empty: nothing to
    be used), and [tree, leaf] how many do."""
    where = booster.predict(features, pred_leaf=True, num_threads=1).astype(np.uint8)  # a radix sort is fast
    order = np.argsort(target)
    where, sorted_, heavy = where[order], target[order], weight[order]
    found = np.zeros((where.shape[1], LEAVES, len(levels)), dtype=np.float32)
    fallen = np.zeros((where.shape[1], LEAVES), dtype=int)
    for tree in range(where.shape[1]):
        by_leaf = np.argsort(where[:, tree], kind="stable")  # within a leaf still by target
        leaf = where[by_leaf, tree]
        passed = np.cumsum(heavy[by_leaf])
        edges = np.searchsorted(leaf, np.arange(LEAVES + 1))
        fallen[tree] = np.diff(edges)
        before = np.concatenate([[0.0], passed])[edges]
        sums = before[1:] - before[:-1]
        for index, level in enumerate(levels):
            spot = np.searchsorted(passed, before[:-1] + level * sums)
            spot = np.clip(spot, edges[:-1], np.maximum(edges[1:] - 1, edges[:-1]))
            found[tree, :, index] = sorted_[by_leaf[np.minimum(spot, len(leaf) - 1)]]
    return found, fallen


def _rows(panel: Panel, filled: Array, horizon: int, seed: int) -> tuple[Array, Array, Array] | None:
    n, length = filled.shape
    first = 4 * panel.season if panel.season <= 7 else max(16, min(panel.season, length // 3))
    if length - first < 4:
        return None
    draw = np.random.default_rng(seed)
    count = int(np.clip(MOST_ROWS // max(n * horizon, 1), ORIGINS, MOST_ORIGINS))
    origins = np.unique(np.linspace(first, length - 1, min(count, length - first)).astype(int))[::-1]
    born = starts(panel.seen)
    each = max(200, MOST_ROWS // len(origins))
    pieces: list[tuple[Array, Array, Array]] = []
    for origin in origins:
        who = np.flatnonzero(born < origin - 1)
        steps = np.arange(1, min(horizon, length - origin) + 1)
        if not len(who):
            continue
        if len(who) * len(steps) > each:
            keep = max(1, each // len(who))
            if keep < len(steps):
                steps = np.sort(draw.choice(steps, keep, replace=False))
            if len(who) * len(steps) > each:
                who = np.sort(draw.choice(who, each // len(steps), replace=False))
        scale = scales(filled[:, :origin], panel.season)
        features = _features(panel, filled[:, :origin], origin, steps, who, scale)
        later = origin + steps - 1
        target = filled[np.ix_(who, later)] / scale[who, None]
        seen = panel.seen[np.ix_(who, later)].ravel()
        weight = np.repeat(np.sqrt(scale[who]), len(steps))
        pieces.append((features[seen], np.minimum(target, 50.0).ravel()[seen], weight[seen]))
    if sum(len(piece[1]) for piece in pieces) < 500:
        return None
    features, target, weight = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return features, target, weight / weight.mean()


def _features(panel: Panel, past: Array, origin: int, steps: Array, who: Array, scale: Array) -> Array:
    """[len(who) · len(steps), p]; `past` ends before `origin`. Recent level and its spread, the same places of earlier
    seasons, the horizon, the calendar, what is known of the day, and what kind of series it is."""
    season, size = panel.season, scale[who]
    units = (past[who] / size[:, None]).astype(np.float32)
    columns: list[Array] = []
    short = min(season, 7)
    for count in WINDOWS:
        window = units[:, -count * short :]
        columns += [window.mean(axis=1)[:, None], (window > 0).mean(axis=1)[:, None]]
    columns.append(units[:, -8 * short :].std(axis=1)[:, None])
    idle = np.where((units > 0).any(axis=1), (units[:, ::-1] > 0).argmax(axis=1), units.shape[1])
    columns.append(np.minimum(idle, 99)[:, None])
    columns += [_same(units, season, steps, count) for count in ((1, 2, 4, 8) if season <= 26 else (1,))]
    if season > 26:
        columns += [_same(units, season, steps + shift, 1) for shift in (-1, 1)]
    columns.append(steps[None, :])
    later = origin + steps - 1
    if season <= 26:
        columns.append((later % season)[None, :])
    if panel.year is not None:
        columns.append(panel.year[later][None, :])
    if panel.known is not None:
        columns += [panel.known[who[:, None], later[None, :], index] for index in range(panel.known.shape[2])]
    columns.append(np.log(size)[:, None])
    if panel.groups is not None:
        columns.append(panel.groups[who][:, None])
    columns.append(segments(past, panel.seen[:, :origin], season)[who][:, None])
    found = np.empty((len(who), len(steps), len(columns)), dtype=np.float32)
    for k, column in enumerate(columns):
        found[:, :, k] = column
    return found.reshape(-1, len(columns))


def _same(units: Array, season: int, steps: Array, count: int) -> Array:
    """The mean of the last `count` periods at the same place of the season as each step; NaN where there is none."""
    length = units.shape[1]
    found = np.zeros((len(units), len(steps)))
    have = np.zeros(len(steps))
    for k in range(1, count + 1):
        index = length + steps - 1 - season * (k - 1 + -(-steps // season))
        valid = (index >= 0) & (index < length)
        found[:, valid] += units[:, index[valid]]
        have += valid
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(have > 0, found / have, np.nan)
