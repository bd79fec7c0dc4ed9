"""The demand policy: what is forecast when a day has closed, and what of it moves at once when a product spikes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np

from linkloop.commerce.demand import (
    EmptyShelf,
    Forecast,
    ForecastChanged,
    ForecastOverride,
    ForecastState,
    ForecastValue,
)
from linkloop.commerce.stock import DemandSpiked
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.demand import blend, drift, history, levels, reconcile, regression
from linkloop.links.demand.neighbours import newcomers
from linkloop.links.demand.panel import SEGMENTS, Array, reconstruct

HORIZON = 14
TREES_FROM = 60_000  # cells of history from which on trees take part in the night's blend
KEPT_SCORES = 56
MOVED = 0.25  # a night that moves the week's units by this share is told
MOST_TIMES = 10.0  # a spike of more is believed to be this many times the usual
SPIKE_HALVES = 1.0  # days in which a spike's excess halves
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
    drivers: list[dict[str, float]]


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Forecast every series anew, tell whose week moved, and what overrides of the day were worth."""
    for row in ctx.sql(_EMPTY):
        yield EmptyShelf(product_id=row["product_id"], place=row["place"], day=event.day)
    yield from _worth(ctx, event.day)
    night = forecast_all(ctx, event.day, _ahead_minutes(event))
    if night is None:
        return
    before = {
        (row["product_id"], row["place"]): row["units"]
        for row in ctx.sql(_WEEK, day=event.day, week=(date.fromisoformat(event.day) + timedelta(days=7)).isoformat())
    }
    for n, key in enumerate(night.series.keys):
        yield _state(night, n, event.day)
        yield from _rows(night, n, event.day)
        yield from _told(event.at, key, before.get(key), float(night.said.mean[n, :7].sum()))
    yield from newcomers(ctx, event.day, set(night.series.keys), night.said, night.series.keys, HORIZON)


def forecast_all(ctx: Context, day: str, ahead_minutes: int) -> Night | None:
    """The blend's say on all series that ever sold, `HORIZON` days ahead."""
    found = history.series(ctx, day, ahead_minutes, HORIZON)
    if found is None or found.days < 2:
        return None
    panel = found.panel
    enough = panel.units.size >= TREES_FROM
    names = ("naive", "mean", "median", "ets", "theta", "tsb", "regression")
    plan = blend.Plan(names, windows=4, judged=7, trees=enough, heads=False, rounds=60, calm=True)
    said = blend.forecast(panel, HORIZON, plan)
    kinds = {row["product_id"]: row["category"] for row in ctx.sql(_CATEGORIES)}
    sums = reconcile.tree([kinds.get(product, "") for product, _ in found.keys], [place for _, place in found.keys])
    said = levels.agreed(panel, said, sums, blend.Plan(names, windows=4, judged=7))
    fitted = regression.fit(panel, reconstruct(panel), HORIZON)
    effects = regression.effects(panel, fitted)
    return Night(found, said, effects, _drivers(found, said, effects))


def spiked(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Lift the product's coming days by what the spike brings: its excess halves every day. A spike of the whole shop
    waits for the night. Only rows of this product are touched."""
    if not event.product_id or event.expected <= 0:
        return
    times = min(event.observed / event.expected, MOST_TIMES)
    rows = ctx.read(Forecast, product_id=event.product_id)
    newest = max((row.made_on for row in rows), default="")
    for place in sorted({row.place for row in rows}):
        if event.place not in ("", place):
            continue
        mine = sorted((row for row in rows if row.place == place and row.made_on == newest), key=lambda row: row.day)
        lifted = [_lift(row, 1 + (times - 1) * 0.5 ** (n / SPIKE_HALVES) / 2) for n, row in enumerate(mine[:7])]
        yield from lifted
        if lifted:
            yield ForecastChanged(
                at=event.at,
                product_id=event.product_id,
                place=place,
                days=len(lifted),
                units_before=round(sum(row.mean for row in mine[:7]), 2),
                units_after=round(sum(row.mean for row in lifted), 2),
                why=f"spike: {event.observed} sold in {event.window_minutes} minutes, {event.expected:.1f} are usual",
            )


def _lift(row: Forecast, times: float) -> Forecast:
    moved = {field: round(getattr(row, field) * times, 3) for field in (*_FIELDS, "mean")}
    return msgspec.structs.replace(
        row, **moved, drivers={**row.drivers, "spike": round(row.mean * (times - 1), 3)}, model=f"{row.model}+spike"
    )


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
            drivers=night.drivers[n] if step == 0 else {},
        )


def _state(night: Night, n: int, day: str) -> ForecastState:
    product, place = night.series.keys[n]
    said = night.said
    names = night.series.panel.names
    return ForecastState(
        product_id=product,
        place=place,
        trained_to=day,
        segment=SEGMENTS[int(said.segment[n])],  # type: ignore[arg-type]
        weights={name: round(float(w), 3) for name, w in zip(said.names, said.weights[n], strict=True)},
        effects={name: round(float(e), 3) for name, e in zip(names, night.effects[n], strict=True) if abs(e) >= 0.005},
        scores=tuple(round(float(s), 3) for s in said.scores[n, -KEPT_SCORES:]),
        wape=round(float(min(said.wape[n], 99.0)), 4),
        bias=round(float(np.clip(said.bias[n], -99.0, 99.0)), 4),
        drift=round(drift.running(said.scores[n]), 3),
    )


def _drivers(found: history.Series, said: blend.Prediction, effects: Array) -> list[dict[str, float]]:
    """Per series: units over the first week by which trend, weekday and each thing known ahead move the mean."""
    panel = found.panel
    recent = panel.units[:, -28:].mean(axis=1)
    week = said.mean[:, :7]
    ahead = panel.known[:, found.days : found.days + 7] if panel.known is not None else None
    result: list[dict[str, float]] = []
    for n in range(len(week)):
        moved = {"level": 7 * recent[n], "trend": week[n].sum() - 7 * recent[n]}
        if ahead is not None:
            for k, name in enumerate(panel.names):
                share = 1 - np.exp(-effects[n, k] * ahead[n, :, k])
                units = float((week[n] * share).sum())
                if abs(units) >= 0.05:
                    moved[name] = units
                    moved["trend"] -= units
        result.append({name: round(float(value), 2) for name, value in moved.items()})
    return result


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


def overridden(ctx: Context, row: Forecast) -> Forecast:
    """The forecast with a person's own number in it, where there is one: quantiles move with the mean."""
    own = ctx.read(ForecastOverride, f"{row.product_id}|{row.place}|{row.day}")
    if own is None or own.units is None:
        return row
    times = own.units / row.mean if row.mean > 0 else 1.0
    return msgspec.structs.replace(_lift(row, times), mean=own.units, model="override")
