"""The models that answer Demand and DemandPaths: from the forecasts as they stand at the moment of the question."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np

from linkloop.commerce.demand import (
    Change,
    Demand,
    DemandPaths,
    Driver,
    Forecast,
    ForecastOverride,
    ForecastState,
    Futures,
    Outlook,
)
from linkloop.core.errors import Refused
from linkloop.core.feed import Read, RowModel
from linkloop.core.question import Given, ModelCard
from linkloop.core.table import join_key
from linkloop.core.text import Text
from linkloop.links.demand import copula, drivers
from linkloop.links.demand.panel import Array

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
FIELDS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
MOST = 50_000_000  # numbers in the paths of one question


class _ByForecasts(RowModel):
    """Answers from forecasts."""

    name = ""
    question = ""
    latency: tuple[float, float] = (0.0, 0.0)  # median and 99th percentile, ms

    @property
    def card(self) -> ModelCard:
        """Who answers."""
        return ModelCard(
            name=self.name,
            version="1",
            question=self.question,
            driver="rows",
            latency_ms_p50=self.latency[0],
            latency_ms_p99=self.latency[1],
            measured_on="CPU of an answer over 28 days, rows in memory: bench supply_demand market",
            trained_by="links/demand/policy.py",
        )


class DemandModel(_ByForecasts):
    """What will sell, with what-if changes by the effects that were learned."""

    name, question = "demand-forecasts", "Demand"
    latency = (0.73, 1.14)

    def answer_at(self, question: Demand, horizon: int, read: Read) -> Given[Outlook]:
        """The forecast of the days asked for; empty where the product never sold at the place and has no neighbours."""
        if not 1 <= question.days <= 366:
            raise _refused(f"days is {question.days}", f"days 为 {question.days}", "1 to 366 days.", "1 到 366 天。")
        rows = _rows(read, question.product_id, question.place)
        if not rows:
            return Given(value=Outlook(question.first, "", (), LEVELS, ()), confidence=0.0)
        first = question.first or min(rows)
        mean, quantiles, taken = _days(read, rows, first, question.days)
        state = read(ForecastState, join_key((question.product_id, question.place)))
        times, parts = _changed(question.changes, state.effects if state else {}, first, mean, taken)
        newest = rows[min(rows)]
        return Given(
            value=Outlook(
                first,
                newest.made_on,
                tuple(np.round(mean * times, 3).tolist()),
                LEVELS,
                tuple(map(tuple, np.round(quantiles * times[:, None], 3).tolist())),
                newest.model,
                (*drivers.told(_summed(mean, taken)), *parts),
            ),
            confidence=round(1 / (1 + (state.wape if state else 1.0)), 4),
        )


class PathsModel(_ByForecasts):
    """Joint futures by the copula of past errors."""

    name, question = "demand-paths", "DemandPaths"
    latency = (6.87, 7.44)  # three keys, 100 paths

    def answer_at(self, question: DemandPaths, horizon: int, read: Read) -> Given[Futures]:
        """Paths of every key; a key of which nothing is known sells nothing in all of them."""
        size = len(question.keys) * question.paths * question.days
        if question.days < 1 or question.paths < 1 or size > MOST:
            raise _refused(
                f"{size} numbers were asked for", f"要求 {size} 个数", f"1 to {MOST}.", f"请求 1 到 {MOST} 个。"
            )
        found = [_rows(read, *key) for key in question.keys]
        first = question.first or min((min(rows) for rows in found if rows), default="")
        if not first:
            nothing = tuple((0.0,) * question.days for _ in range(question.paths))
            return Given(value=Futures("", tuple(nothing for _ in question.keys)), confidence=0.0)
        quantiles = np.stack([_days(read, rows, first, question.days)[1] for rows in found])
        states = [read(ForecastState, join_key(key)) for key in question.keys]
        drawn = copula.paths(quantiles, LEVELS, _scores(states), question.paths, question.seed)
        return Given(value=Futures(first, tuple(tuple(map(tuple, key)) for key in np.round(drawn, 2).tolist())))


def _rows(read: Read, product_id: str, place: str) -> dict[str, Forecast]:
    """Day → forecast of the newest night."""
    rows = [row for row in read(Forecast, product_id=product_id) if row.place == place]
    newest = max((row.made_on for row in rows), default="")
    return {row.day: row for row in rows if row.made_on == newest}


def _days(read: Read, rows: dict[str, Forecast], first: str, days: int) -> tuple[Array, Array, list[Forecast | None]]:
    """[days] means and [days, q] quantiles, and the rows that they come from. Days beyond the last forecast are as the
    same weekday of its last week, without what was known of that one."""
    mean, quantiles = np.zeros(days), np.zeros((days, len(LEVELS)))
    taken: list[Forecast | None] = [None] * days
    if not rows:
        return mean, quantiles, taken
    start, end = date.fromisoformat(first), date.fromisoformat(max(rows))
    some = next(iter(rows.values()))
    overrides = {o.day: o for o in read(ForecastOverride, product_id=some.product_id) if o.place == some.place}
    for step in range(days):
        day = start + timedelta(days=step)
        over = (day - end).days
        row = rows.get((day - timedelta(days=7 * -(-over // 7)) if over > 0 else day).isoformat())
        if row is None:
            continue
        if over > 0:
            row = _plain(row)
        taken[step] = row
        mean[step] = row.mean
        quantiles[step] = [getattr(row, field) for field in FIELDS]
        own = overrides.get(day.isoformat())
        if own is not None and own.units is not None:
            quantiles[step] *= own.units / row.mean if row.mean > 0 else 0.0
            mean[step] = own.units
    return mean, quantiles, taken


def _plain(row: Forecast) -> Forecast:
    """The row as it were without what is known of its day."""
    kept = {name: units for name, units in row.drivers.items() if name in drivers.PLAIN}
    if len(kept) == len(row.drivers) or row.mean <= 0:
        return row
    times = max(row.mean - sum(units for name, units in row.drivers.items() if name not in kept), 0.0) / row.mean
    moved = {field: getattr(row, field) * times for field in (*FIELDS, "mean")}
    return msgspec.structs.replace(row, **moved, drivers=kept, known={})


def _changed(
    changes: tuple[Change, ...], effects: dict[str, float], first: str, mean: Array, taken: list[Forecast | None]
) -> tuple[Array, list[Driver]]:
    """[days] factors of what-if changes, and by how many units each change moves the mean of all days."""
    factor = np.ones(len(mean))
    start = date.fromisoformat(first)
    parts: list[Driver] = []
    for change in changes:
        before, basis = factor.copy(), "unknown"
        for step in range(len(mean)):
            day = (start + timedelta(days=step)).isoformat()
            if (not change.since or change.since <= day) and (not change.until or day <= change.until):
                row = taken[step]
                times, basis = drivers.what_if(change.kind, change.value, effects, row.known if row else {})
                factor[step] *= times
        parts.append(drivers.driver(change.kind, float((mean * (factor - before)).sum()), basis))
    return factor, parts


def _summed(mean: Array, taken: list[Forecast | None]) -> dict[str, float]:
    """Name → units over all days; what a person set is a driver of its own."""
    total: dict[str, float] = {}
    for units, row in zip(mean, taken, strict=True):
        for name, part in (row.drivers if row else {}).items():
            total[name] = total.get(name, 0.0) + part
        rest = float(units) - (sum(row.drivers.values()) if row else 0.0)
        if row and abs(float(units) - row.mean) > 1e-9:
            total["override"] = total.get("override", 0.0) + float(units) - row.mean
            rest -= float(units) - row.mean
        total["level"] = total.get("level", 0.0) + rest
    return total


def _scores(states: list[ForecastState | None]) -> Array:
    """[n, m] the latest scores of all, ending on the same day; 0 where one has none."""
    longest = max((len(state.scores) for state in states if state), default=0)
    found = np.zeros((len(states), longest))
    for row, state in enumerate(states):
        if state is not None and state.scores:
            found[row, longest - len(state.scores) :] = state.scores
    return found


def _refused(en: str, zh: str, do_en: str, do_zh: str) -> Refused:
    return Refused("demand.asked", Text(en=en, zh=zh), Text(en=do_en, zh=do_zh))
