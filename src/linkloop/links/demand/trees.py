"""Trees: one LightGBM over all series, direct by horizon, each series in its own scale, with real quantile heads."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linkloop.links.demand.panel import Array, Panel, scales, segments, starts

WINDOWS = (1, 2, 4, 8)  # short seasons that the recent level is measured over
DRIVERS = ("level", "season", "calendar", "known", "kind")
MOST_ROWS = 60_000
ORIGINS, MOST_ORIGINS = 24, 200


class Heads(NamedTuple):
    """Boosters by what they say: "mean", "median", and one per quantile level."""

    mean: Any
    median: Any
    quantiles: dict[float, Any]
    names: tuple[str, ...]
    groups: tuple[str, ...]


class Told(NamedTuple):
    """What the heads say: `mean` and `median` [n, h]; `quantiles` [n, h, q] where there are heads."""

    mean: Array
    median: Array
    quantiles: Array | None


def train(
    panel: Panel, filled: Array, horizon: int, levels: tuple[float, ...], *, seed: int = 0, rounds: int = 60
) -> Heads | None:
    """Boosters from at most `MOST_ROWS` pairs of an origin and a later period; None where history is too short."""
    import lightgbm as lgb

    found = _rows(panel, filled, horizon, seed)
    if found is None:
        return None
    features, target, weight, names, groups = found
    data = lgb.Dataset(features, target, weight=weight, free_raw_data=False, params={"max_bin": 127, "verbose": -1})
    shared = {
        "num_leaves": 31,
        "learning_rate": 0.1,
        "min_data_in_leaf": 60,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "max_bin": 127,
        "verbose": -1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
    }
    mean = lgb.train({**shared, "objective": "tweedie", "tweedie_variance_power": 1.3}, data, rounds)
    median = lgb.train({**shared, "objective": "l1"}, data, rounds)
    heads = {q: lgb.train({**shared, "objective": "quantile", "alpha": q}, data, rounds) for q in levels if q != 0.5}
    return Heads(mean, median, heads, names, groups)


def tell(heads: Heads, panel: Panel, filled: Array, horizon: int, levels: tuple[float, ...]) -> Told:
    """What the heads say of the `horizon` periods after the panel."""
    n, length = filled.shape
    scale = scales(filled, panel.season)
    features = _features(panel, filled, length, np.arange(1, horizon + 1), np.arange(n), scale)[0]

    def said(booster: Any) -> Array:
        return np.maximum(booster.predict(features, num_threads=1).reshape(n, horizon), 0.0) * scale[:, None]

    median = said(heads.median)
    quantiles = None
    if heads.quantiles:
        columns = [median if q == 0.5 else said(heads.quantiles[q]) for q in levels]
        quantiles = np.maximum.accumulate(np.stack(columns, axis=2), axis=2)
    return Told(said(heads.mean), median, quantiles)


def contributions(heads: Heads, panel: Panel, filled: Array, horizon: int) -> tuple[tuple[str, ...], Array]:
    """Names of the drivers and [n, driver] their mean share of the logarithm of demand over the horizon (TreeSHAP)."""
    n, length = filled.shape
    scale = scales(filled, panel.season)
    features = _features(panel, filled, length, np.arange(1, horizon + 1), np.arange(n), scale)[0]
    parts = heads.mean.predict(features, pred_contrib=True, num_threads=1)[:, :-1].reshape(n, horizon, -1).mean(axis=1)
    grouped = [parts[:, [g == driver for g in heads.groups]].sum(axis=1) for driver in DRIVERS]
    return DRIVERS, np.stack(grouped, axis=1)


def _rows(panel: Panel, filled: Array, horizon: int, seed: int) -> tuple[Array, Array, Array, Any, Any] | None:
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
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
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
        features, names, groups = _features(panel, filled[:, :origin], origin, steps, who, scale)
        later = origin + steps - 1
        target = filled[np.ix_(who, later)] / scale[who, None]
        seen = panel.seen[np.ix_(who, later)].ravel()
        weight = np.repeat(np.sqrt(scale[who]), len(steps))
        pieces.append((features[seen], np.minimum(target, 50.0).ravel()[seen], weight[seen]))
    if sum(len(piece[1]) for piece in pieces) < 500:
        return None
    features, target, weight = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return features, target, weight / weight.mean(), names, groups


def _features(
    panel: Panel, past: Array, origin: int, steps: Array, who: Array, scale: Array
) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """[len(who) · len(steps), p] with their names and the driver that each belongs to; `past` ends before `origin`."""
    season, size = panel.season, scale[who]
    units = past[who] / size[:, None]
    columns: list[Array] = []
    names: list[str] = []
    groups: list[str] = []

    def add(name: str, group: str, values: Array) -> None:
        columns.append(np.broadcast_to(values, (len(who), len(steps))).ravel())
        names.append(name)
        groups.append(group)

    short = min(season, 7)
    for count in WINDOWS:
        window = units[:, -count * short :]
        add(f"mean_{count}", "level", window.mean(axis=1)[:, None])
        add(f"sold_{count}", "level", (window > 0).mean(axis=1)[:, None])
    add("spread", "level", units[:, -8 * short :].std(axis=1)[:, None])
    idle = np.where((units > 0).any(axis=1), (units[:, ::-1] > 0).argmax(axis=1), units.shape[1])
    add("idle", "level", np.minimum(idle, 99)[:, None])
    for count in (1, 2, 4, 8) if season <= 26 else (1,):
        add(f"same_{count}", "season", _same(units, season, steps, count))
    if season > 26:
        for shift in (-1, 1):
            add(f"same_{shift:+d}", "season", _same(units, season, steps + shift, 1))
    add("horizon", "calendar", steps[None, :].astype(float))
    later = origin + steps - 1
    if season <= 26:
        add("place", "season", ((origin + steps - 1) % season)[None, :].astype(float))
    if panel.year is not None:
        add("year", "calendar", panel.year[later][None, :])
    if panel.known is not None:
        for index, name in enumerate(panel.names):
            add(name, "known", panel.known[who[:, None], later[None, :], index])
    add("log_scale", "kind", np.log(size)[:, None])
    if panel.groups is not None:
        add("group", "kind", panel.groups[who].astype(float)[:, None])
    add("segment", "kind", segments(past, panel.seen[:, :origin], season)[who].astype(float)[:, None])
    return np.stack(columns, axis=1).astype(np.float32), tuple(names), tuple(groups)


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
