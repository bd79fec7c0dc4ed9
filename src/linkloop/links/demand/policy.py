"""The demand policy: what is forecast when a day has closed, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from linkloop.commerce.demand import (
    EmptyShelf,
    Forecast,
    ForecastChanged,
    ForecastState,
    ForecastValue,
)
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.demand import blend, drift, drivers, history, known, levels, reconcile, regression, traffic, trees
from linkloop.links.demand.neighbours import newcomers
from linkloop.links.demand.panel import SEGMENTS, Array, reconstruct

HORIZON = 14
TREES_FROM = 60_000  # cells of history from which on trees take part in the night's blend
KEPT_SCORES = 56
MOVED = 0.25  # a night that moves the week's units by this share is told
EXPERTS = ("naive", "mean", "median", "ets", "theta", "tsb", "imapa", "regression")
_TABLE_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_FIELDS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
_CATEGORIES = "SELECT product_id, category FROM products"
_EMPTY = "SELECT product_id, place FROM stock_levels WHERE on_hand - backordered <= 0 ORDER BY 1, 2"
_WEEK = "SELECT product_id, place, sum(mean) AS units FROM forecasts WHERE day > $day AND day <= $week GROUP BY ALL"
_WORTH = """
SELECT o.product_id, o.place, o.units, o."by", f.mean AS forecast, coalesce(d.units, 0)::DOUBLE AS sold
FROM forecast_overrides o JOIN forecasts f USING (product_id, place, day)
  LEFT JOIN demand_days d USING (product_id, place, day)
WHERE o.day = $day AND o.units IS NOT NULL ORDER BY 1, 2
"""


class Night(NamedTuple):
    """What was forecast for all series in one night."""

    series: history.Series
    said: blend.Prediction
    effects: Array
    drivers: list[list[dict[str, float]]]


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Forecast every series anew, tell whose week moved, and what overrides of the day were worth."""
    for row in ctx.sql(_EMPTY):
        yield EmptyShelf(product_id=row["product_id"], place=row["place"], day=event.day)
    yield from _worth(ctx, event.day)
    ahead = _ahead_minutes(event)
    yield from traffic.counted(ctx, event.day, ahead)
    night = forecast_all(ctx, event.day, ahead)
    if night is None:
        return
    before = {
        (row["product_id"], row["place"]): row["units"]
        for row in ctx.sql(_WEEK, day=event.day, week=(date.fromisoformat(event.day) + timedelta(days=7)).isoformat())
    }
    states = [_state(night, n, event.day) for n in range(len(night.series.keys))]
    week = night.said.mean[:, :7].sum(axis=1)
    alerts, states = drift.told(ctx, event, states, week)
    yield from alerts
    for n, key in enumerate(night.series.keys):
        yield states[n]
        yield from _rows(night, n, event.day)
        yield from _told(event.at, key, before.get(key), float(week[n]))
    yield from newcomers(ctx, event.day, set(night.series.keys), night.said, night.series.keys, HORIZON)


def forecast_all(ctx: Context, day: str, ahead_minutes: int) -> Night | None:
    """The blend's say on all series that ever sold, `HORIZON` days ahead."""
    found = history.series(ctx, day, ahead_minutes, HORIZON)
    if found is None or found.days < 2:
        return None
    panel = found.panel
    enough = panel.units.size >= TREES_FROM
    names = EXPERTS if panel.views is None else (*EXPERTS, "traffic")
    plan = blend.Plan(names, windows=4, judged=7, trees=trees.TREES if enough else 0, calm=True)
    said = blend.forecast(panel, HORIZON, plan)
    kinds = {row["product_id"]: row["category"] for row in ctx.sql(_CATEGORIES)}
    sums = reconcile.tree([kinds.get(product, "") for product, _ in found.keys], [place for _, place in found.keys])
    said = levels.agreed(panel, said, sums, blend.Plan(names, windows=4, judged=7))
    fitted = regression.fit(panel, reconstruct(panel), HORIZON)
    effects = regression.effects(panel, fitted)
    return Night(found, said, effects, drivers.split(found, said.mean, effects))


def _rows(night: Night, n: int, day: str) -> Iterator[Forecast]:
    product, place = night.series.keys[n]
    said = night.said
    best = "+".join(said.names[k] for k in np.argsort(-said.weights[n])[:3] if said.weights[n, k] >= 0.05)
    last = date.fromisoformat(day)
    quantile = said.quantiles[n][:, [said.levels.index(level) for level in _TABLE_LEVELS]]
    for step in range(HORIZON):
        yield Forecast(
            product_id=product,
            place=place,
            day=(last + timedelta(days=step + 1)).isoformat(),
            made_on=day,
            mean=round(float(said.mean[n, step]), 3),
            **{field: round(float(q), 3) for field, q in zip(_FIELDS, quantile[step], strict=True)},
            model=best,
            drivers=night.drivers[n][step],
            known=drivers.known_of(night.series, n, step),
        )


def _state(night: Night, n: int, day: str) -> ForecastState:
    product, place = night.series.keys[n]
    said = night.said
    panel = night.series.panel
    assert panel.known is not None
    tried = (panel.known[:, : night.series.days] != 0).any(axis=(0, 1))  # what never was has no effect to tell
    effects = [(name, float(e)) for name, e, was in zip(panel.names, night.effects[n], tried, strict=True) if was]
    return ForecastState(
        product_id=product,
        place=place,
        trained_to=day,
        segment=SEGMENTS[int(said.segment[n])],  # type: ignore[arg-type]
        weights={name: round(float(w), 3) for name, w in zip(said.names, said.weights[n], strict=True)},
        effects={name: round(e, 3) for name, e in effects if abs(e) >= 0.005 or name in known.KINDS},
        scores=tuple(round(float(s), 3) for s in said.scores[n, -KEPT_SCORES:]),
        wape=round(float(min(said.wape[n], 99.0)), 4),
        bias=round(float(np.clip(said.bias[n], -99.0, 99.0)), 4),
        drift=round(drift.running(said.scores[n]), 3),
    )


def _told(at: datetime, key: tuple[str, str], before: float | None, after: float) -> Iterator[ForecastChanged]:
    if before is None or abs(after - before) <= max(MOVED * before, 2.0):
        return
    yield ForecastChanged(
        at=at,
        product_id=key[0],
        place=key[1],
        days=7,
        units_before=round(before, 2),
        units_after=round(after, 2),
        why="the day's sales",
    )


def _worth(ctx: Context, day: str) -> Iterator[ForecastValue]:
    """Forecast value added (Gilliland 2010) of each override of the day that closed."""
    for row in ctx.sql(_WORTH, day=day):
        added = abs(row["forecast"] - row["sold"]) - abs(row["units"] - row["sold"])
        yield ForecastValue(
            product_id=row["product_id"],
            place=row["place"],
            day=day,
            forecast=row["forecast"],
            override=row["units"],
            sold=row["sold"],
            added=round(added, 3),
            by=row["by"],
        )


def _ahead_minutes(event: DayClosed) -> int:
    following = datetime.combine(
        date.fromisoformat(event.day) + timedelta(days=1), datetime.min.time(), event.at.tzinfo
    )
    return max(-14 * 60, min(14 * 60, round((following - event.at) / timedelta(minutes=15)) * 15))
