"""Weekly forecasts of the VN2 series for the stock bench: a global LightGBM mean, negative binomial futures of it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import nbinom, norm

Reals = npt.NDArray[np.float64]
AHEAD = 3  # weeks that an order looks at: two on the way, and the one in which it arrives
LAGS = 13
SAMPLES = 256
FIRST = 30  # weeks of history that a row needs; without a year of it, last year's columns are missing


class Sales(NamedTuple):
    """(series, weeks) units and whether the shelf had any; (series, attributes) codes; the week of the year of each."""

    units: Reals
    there: npt.NDArray[np.bool_]
    codes: Reals
    week: npt.NDArray[np.int64]


def load(folder: Path) -> Sales:
    """The history given, without the flags of weeks after it."""
    start = "Week 0 - "
    sales = pl.read_csv(folder / f"{start}2024-04-08 - Sales.csv")
    weeks = sales.columns[2:]
    flags = pl.read_csv(folder / f"{start}In Stock.csv").select(["Store", "Product", *weeks])
    master = pl.read_csv(folder / f"{start}Master.csv")
    kept = sales.select("Store", "Product")
    flags = kept.join(flags, on=["Store", "Product"], how="left", maintain_order="left")
    codes = kept.join(master, on=["Store", "Product"], how="left", maintain_order="left")
    day = pl.Series(weeks).str.to_date()
    return Sales(
        sales.select(weeks).to_numpy().astype(float),
        flags.select(weeks).to_numpy().astype(bool),
        codes.drop("Product").to_numpy().astype(float),
        day.dt.week().to_numpy().astype(np.int64),
    )


class Rows(NamedTuple):
    """Features of the weeks after an origin, (AHEAD × series, features), and the scale of each row."""

    features: Reals
    scale: Reals


def rows(sales: Sales, origin: int) -> Rows:
    """What is known at the end of week `origin` of the AHEAD weeks after it; nothing later is looked at."""
    units = np.where(sales.there, sales.units, np.nan)[:, : origin + 1]
    with np.errstate(all="ignore"):
        means = [_mean(units[:, -n:]) for n in (4, 8, 13, 26, 52)]
        spread = np.nan_to_num(np.nanstd(np.where(np.isnan(units[:, -26:]), means[3][:, None], units[:, -26:]), axis=1))
    scale = 0.5 * means[3] + 0.3 * means[2] + 0.2 * means[4] + 0.15
    zero = (sales.units[:, origin - 25 : origin + 1] == 0).mean(axis=1)
    since = np.argmax(sales.units[:, origin::-1] > 0, axis=1)
    total = sales.units[:, : origin + 1].sum(axis=0)
    recent = units[:, -LAGS:] / scale[:, None]
    group = _group(sales.codes[:, 2], means[0]), _group(sales.codes[:, 0], means[0])
    base_group = _group(sales.codes[:, 2], means[3]), _group(sales.codes[:, 0], means[3])
    out = []
    for ahead in range(1, AHEAD + 1):
        last = origin + ahead - 52
        if last - ahead >= 3:
            year = units[:, last - 1 : last + 2]
            season = total[last] / max(total[last - ahead - 3 : last - ahead + 1].mean(), 1e-9)
            group_last = _group(sales.codes[:, 2], _mean(year)) / (_group(sales.codes[:, 2], means[4]) + 0.05)
        else:
            year, season, group_last = np.full((len(units), 3), np.nan), np.nan, np.full(len(units), np.nan)
        columns = [
            np.full(len(units), float(ahead)),
            np.full(len(units), float((sales.week[origin] + ahead - 1) % 52)),
            np.full(len(units), season),
            scale,
            *(mean / scale for mean in means),
            spread / scale,
            zero,
            since,
            year[:, 1] / scale,
            np.where(np.isnan(year).all(axis=1), np.nan, _mean(year)) / scale,
            group_last,
            group[0] / (base_group[0] + 0.05),
            group[1] / (base_group[1] + 0.05),
            *recent.T,
            *sales.codes.T,
        ]
        out.append(np.column_stack(columns))
    return Rows(np.concatenate(out), np.tile(scale, AHEAD))


class Forecaster(NamedTuple):
    """A mean model, the variance a · mean^b, each series' own factor of it, and the correlation between weeks."""

    model: lgb.Booster
    slope: float
    level: float
    own: Reals
    between: float

    def mean(self, sales: Sales, origin: int) -> Reals:
        """(AHEAD, series)."""
        given = rows(sales, origin)
        told = np.asarray(self.model.predict(given.features, num_threads=1)) * given.scale
        return np.maximum(told, 0.02).reshape(AHEAD, -1)

    def paths(self, mean: Reals, seed: int) -> npt.NDArray[np.float32]:
        """(SAMPLES, AHEAD, series) units: negative binomial weeks that lean together."""
        rng = np.random.default_rng(seed)
        common = rng.standard_normal((SAMPLES, 1, mean.shape[1]))
        alone = rng.standard_normal((SAMPLES, *mean.shape))
        chance = norm.cdf(np.sqrt(self.between) * common + np.sqrt(1 - self.between) * alone)
        variance = np.maximum(self.level * mean**self.slope * self.own, 1.02 * mean)
        size = mean**2 / (variance - mean)
        return nbinom.ppf(chance, size, size / (size + mean)).astype(np.float32)


def fit(sales: Sales, origin: int, rounds: int = 260) -> Forecaster:
    """Learn from the weeks up to `origin`; spread and correlation from the last half year, forecast without it."""
    held = 26
    early = _train(sales, origin - held, rounds)
    stub = Forecaster(early, 1.0, 1.0, np.ones(len(sales.units)), 0.0)
    means, seen, known = [], [], []
    for week in range(origin - held, origin - AHEAD + 1):
        means.append(stub.mean(sales, week))
        seen.append(sales.units[:, week + 1 : week + 1 + AHEAD].T)
        known.append(sales.there[:, week + 1 : week + 1 + AHEAD].T)
    mean, units, there = np.array(means), np.array(seen), np.array(known)
    square = (units - mean) ** 2
    bins = np.quantile(mean[there], np.linspace(0, 1, 25))
    place = np.clip(np.searchsorted(bins, mean) - 1, 0, 23)
    centre = np.array([mean[(place == n) & there].mean() for n in range(24)])
    wide = np.array([square[(place == n) & there].mean() for n in range(24)])
    slope, level = np.polyfit(np.log(centre), np.log(wide), 1)
    usual = np.exp(level) * mean**slope
    ratio = np.where(there, np.minimum(square / usual, 20.0), np.nan)
    trust = 24.0
    own = (np.nansum(ratio, axis=(0, 1)) + trust) / (there.sum(axis=(0, 1)) + trust)
    scores = np.where(there, (units - mean) / np.sqrt(usual * own), np.nan)
    first, second = np.clip(scores[:, 0], -3, 3), np.clip(scores[:, 1], -3, 3)
    both = ~(np.isnan(first) | np.isnan(second))
    between = float(np.clip(np.corrcoef(first[both], second[both])[0, 1], 0.0, 0.8))
    return Forecaster(_train(sales, origin, rounds), float(slope), float(np.exp(level)), own, between)


def _train(sales: Sales, origin: int, rounds: int) -> lgb.Booster:
    features, target, weight = [], [], []
    for week in range(FIRST, origin - AHEAD + 1):
        given = rows(sales, week)
        told = sales.units[:, week + 1 : week + 1 + AHEAD].T.ravel()
        there = sales.there[:, week + 1 : week + 1 + AHEAD].T.ravel()
        features.append(given.features[there])
        target.append(told[there] / given.scale[there])
        weight.append(given.scale[there])
    data = lgb.Dataset(np.concatenate(features), np.concatenate(target), weight=np.concatenate(weight))
    options = {
        "objective": "tweedie", "tweedie_variance_power": 1.2, "learning_rate": 0.04, "num_leaves": 24, "verbose": -1,
        "lambda_l2": 5.0, "min_data_in_leaf": 120, "feature_fraction": 0.6, "bagging_fraction": 0.6, "bagging_freq": 1,
        "num_threads": 1, "seed": 1, "deterministic": True, "max_bin": 127,
    }  # fmt: skip
    return lgb.train(options, data, rounds)


def _mean(units: Reals) -> Reals:
    """The mean of weeks with goods; 0 where there was none."""
    count = (~np.isnan(units)).sum(axis=1)
    return np.nansum(units, axis=1) / np.maximum(count, 1)


def _group(code: Reals, value: Reals) -> Reals:
    _, place = np.unique(code, return_inverse=True)
    total = np.bincount(place, np.nan_to_num(value))
    mean: Reals = (total / np.bincount(place))[place]
    return mean
