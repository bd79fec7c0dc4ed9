"""The peers of our forecasts, as their libraries give them: statsforecast and mlforecast, on the same panels."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from linkloop.links.demand.panel import Panel, reconstruct


class Said(NamedTuple):
    """`point` [n, h], `quantiles` [n, h, q] at the levels asked for (None where the peer has none), CPU seconds."""

    point: np.ndarray
    quantiles: np.ndarray | None
    cpu_s: float


def statsforecast(panel: Panel, horizon: int, model: str, levels: tuple[float, ...] = ()) -> Said:
    """AutoETS, AutoTheta, Theta, CrostonClassic, TSB or SeasonalNaive with its own intervals, on one core."""
    import pandas
    from statsforecast import StatsForecast, models

    made: Any = {
        "AutoETS": lambda: models.AutoETS(season_length=panel.season),
        "AutoTheta": lambda: models.AutoTheta(season_length=panel.season),
        "Theta": lambda: models.Theta(season_length=panel.season),
        "CrostonClassic": models.CrostonClassic,
        "SeasonalNaive": lambda: models.SeasonalNaive(season_length=panel.season),
    }[model]()
    units = reconstruct(panel)
    n, length = units.shape
    frame = pandas.DataFrame(
        {"unique_id": np.repeat(np.arange(n), length), "ds": np.tile(np.arange(length), n), "y": units.ravel()}
    )
    asked = sorted({round(abs(1 - 2 * q) * 100, 6) for q in levels if q != 0.5})
    start = time.process_time()
    forecaster: Any = StatsForecast(models=[made], freq=1, n_jobs=1, fallback_model=models.Naive())
    told = forecaster.forecast(df=frame, h=horizon, level=asked or None)
    cpu = time.process_time() - start
    told = told.sort_values(["unique_id", "ds"])
    name = next(column for column in told.columns if column not in ("unique_id", "ds"))
    point = np.nan_to_num(told[name].to_numpy()).reshape(n, horizon)
    if not asked:
        return Said(np.maximum(point, 0.0), None, cpu)
    columns = []
    for q in levels:
        width = round(abs(1 - 2 * q) * 100, 6)
        side = "lo" if q < 0.5 else "hi"
        values = told[name] if q == 0.5 else _interval(told, name, side, width)
        columns.append(np.nan_to_num(np.asarray(values, dtype=float)).reshape(n, horizon))
    return Said(np.maximum(point, 0.0), np.maximum(np.stack(columns, axis=2), 0.0), cpu)


def lightgbm(panel: Panel, horizon: int, days: list[date], lags: list[int], rounds: int = 200) -> Said:
    """mlforecast's LightGBM: lags, rolling means, the calendar, and what is known ahead; recursive, squared error."""
    import lightgbm as lgb
    import pandas
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean

    learner: Any = lgb.LGBMRegressor(n_estimators=rounds, learning_rate=0.05, verbosity=-1, num_threads=1, n_jobs=1)
    rolling: Any = {1: [RollingMean(7), RollingMean(28)]}
    short: Any = {1: [RollingMean(4)]}

    units = reconstruct(panel)
    n, length = units.shape
    step = days[1] - days[0]
    every = [days[0] + k * step for k in range(length + horizon)]
    frame = pandas.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n), length),
            "ds": np.tile(np.array(every[:length], dtype="datetime64[ns]"), n),
            "y": units.ravel(),
        }
    )
    ahead = pandas.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n), horizon),
            "ds": np.tile(np.array(every[length:], dtype="datetime64[ns]"), n),
        }
    )
    if panel.known is not None:
        for k, name in enumerate(panel.names):
            frame[name] = panel.known[:, :length, k].ravel()
            ahead[name] = panel.known[:, length : length + horizon, k].ravel()
    start = time.process_time()
    forecaster = MLForecast(
        models=[learner],
        freq="D" if step == timedelta(days=1) else f"W-{every[0]:%a}".upper(),
        lags=lags,
        lag_transforms=rolling if length > 100 else short,
        date_features=["dayofweek", "month", "dayofyear"] if step == timedelta(days=1) else ["week", "month"],
        num_threads=1,
    )
    forecaster.fit(frame, static_features=[])
    told = forecaster.predict(horizon, X_df=ahead if panel.known is not None else None)
    cpu = time.process_time() - start
    told = told.sort_values(["unique_id", "ds"])
    return Said(np.maximum(told["LGBMRegressor"].to_numpy().reshape(n, horizon), 0.0), None, cpu)


def _interval(told: Any, name: str, side: str, width: float) -> Any:
    for text in (f"{name}-{side}-{width:g}", f"{name}-{side}-{width}"):
        if text in told.columns:
            return told[text]
    raise KeyError(f"no interval {side} {width} among {list(told.columns)}")
