"""Forecasts of the town with its market: what knowing plans is worth, beside the truth that made the sales."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import numpy as np

from linkloop.commerce.demand import Change, Demand, DemandPaths, Forecast, ForecastState
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.plans import LiveShow, Promotion
from linkloop.commerce.stock import Place
from linkloop.commerce.time import DayClosed
from linkloop.commerce.weather import Weather
from linkloop.core.table import Table, key_of
from linkloop.links.demand import link
from linkloop.links.demand.model import DemandModel, PathsModel
from linkloop.links.demand.policy import HORIZON
from linkloop.worlds.sim.climate import STEPS_A_DAY
from linkloop.worlds.sim.places import WAREHOUSES, share_of
from linkloop.worlds.sim.plans import ELASTICITY, SHOW_HOUR, SHOW_HOURS, SHOW_LIFT, lift_of
from linkloop.worlds.sim.season import hour_shares, weekday_factor
from linkloop.worlds.sim.shoppers import MORE_LINES, UNITS
from linkloop.worlds.sim.town import A_MONDAY, Town
from tests.links.context import MemoryShop

PAST_DAYS, ORDERS, ASKED = 112, 1000.0, 400
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
FIELDS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
SHOWN = 1 + sum(hour_shares()[60 * SHOW_HOUR : 60 * (SHOW_HOUR + SHOW_HOURS)]) * (SHOW_LIFT - 1)


def measure(seed: int) -> None:
    """A night two weeks before the opening of a town with a market; the two weeks that came are told."""
    town = Town(seed, ORDERS, festivals=False, market=True)
    past = town.warm_up(PAST_DAYS)
    cut = town.now().astimezone(town.zone).date() - timedelta(days=HORIZON + 1)
    ends = A_MONDAY - timedelta(days=HORIZON)
    known: list[Table] = [r for kind, rows in past.items() for r in rows if kind in (Promotion, LiveShow)]
    rows = [*(r for kind, all_ in past.items() for r in all_ if kind not in (Promotion, LiveShow, OrderLine, Weather))]
    lines = [r for r in past[OrderLine] if isinstance(r, OrderLine) and r.sold_at is not None]
    told = [r for r in past[Weather] if isinstance(r, Weather) and r.day <= cut.isoformat()]
    rows += [*told, *town.catalog.products, *(p for p in WAREHOUSES if isinstance(p, Place))]
    before = [r for r in lines if r.sold_at is not None and r.sold_at < ends]
    keys, actual, truth, planned = _future(town, lines, cut)
    first = cut + timedelta(days=1)
    print(f"\ntown: {len(keys)} series, {HORIZON} days from {first}, {ORDERS:.0f} orders a day")
    print(f"{'':34} {'WAPE':>7} {'WQL':>8}")
    night = DayClosed(at=ends, shop="s", day=cut.isoformat())
    for name, given in (("linkloop, plans known", known), ("linkloop, plans not known", [])):
        shop = MemoryShop(link, [*rows, *before, *given])
        start = time.process_time()
        said = shop.hear(night)
        cpu = time.process_time() - start
        quantiles = _said([r for r in said if isinstance(r, Forecast)], keys, cut)
        _row(name, quantiles, actual, cpu)
        print(f"    on {planned.sum()} days with a plan: WAPE {_wape(quantiles[..., 3], actual, planned):.4f}")
        if given:
            asked = shop, said
    best = _poisson(truth)
    _row("the truth: Poisson of its means", best, actual, 0.0)
    print(f"    on {planned.sum()} days with a plan: WAPE {_wape(best[..., 3], actual, planned):.4f}")
    naive = _naive(before, keys, cut, town)
    print(f"{'seasonal naive':34} {np.abs(naive - actual).sum() / actual.sum():7.4f}")
    shop, said = asked
    _effects([r for r in said if isinstance(r, ForecastState)], actual.sum(axis=1), keys)
    _latency(said, keys)


def _future(
    town: Town, lines: list[OrderLine], cut: date
) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray, np.ndarray]:
    """Keys, what sold [n, h], the mean that it was drawn from (up to what weather did), and whether a plan was on."""
    ids = [product.product_id for product in town.catalog.products]
    keys = sorted((product, place.place) for product in ids for place in WAREHOUSES)
    index = {key: n for n, key in enumerate(keys)}
    actual, truth = np.zeros((len(keys), HORIZON)), np.zeros((len(keys), HORIZON))
    planned = np.zeros((len(keys), HORIZON), dtype=bool)
    for line in lines:
        assert line.sold_at is not None
        step = (line.sold_at.astimezone(town.zone).date() - cut).days - 1
        if 0 <= step < HORIZON:
            actual[index[line.product_id, line.place], step] += line.quantity
    units = sum((n + 1) * (b - a) for n, (a, b) in enumerate(zip([0.0, *UNITS[:-1]], UNITS, strict=True))) / UNITS[-1]
    for step in range(HORIZON):
        day = cut + timedelta(days=step + 1)
        discounts, shown = town.plans.discounts(day), town.plans.shown(day)
        for product, weight in enumerate(town.catalog.weights):
            plan = product in discounts or product in shown
            wanted = weight * lift_of(discounts.get(product, 0.0)) * (SHOWN if product in shown else 1.0)
            for n, place in enumerate(WAREHOUSES):
                mean = ORDERS * weekday_factor(day.weekday()) * wanted * units / (1 - MORE_LINES) * share_of(n)
                truth[index[ids[product], place.place], step] = mean
                planned[index[ids[product], place.place], step] = plan
    return keys, actual, truth, planned


def _said(rows: list[Forecast], keys: list[tuple[str, str]], cut: date) -> np.ndarray:
    index = {key: n for n, key in enumerate(keys)}
    found = np.zeros((len(keys), HORIZON, len(LEVELS)))
    for row in rows:
        step = (date.fromisoformat(row.day) - cut).days - 1
        found[index[row.product_id, row.place], step] = [getattr(row, field) for field in FIELDS]
    return found


def _row(name: str, quantiles: np.ndarray, actual: np.ndarray, cpu: float) -> None:
    """WAPE of the median, WQL, the share in the band of 90 %, and what a band of 90 % holds of ties at its ends."""
    grid = np.array(LEVELS)
    error = actual[..., None] - quantiles
    wql = 2 * np.maximum(grid * error, (grid - 1) * error).sum(axis=(0, 1)).mean() / actual.sum()
    wape = np.abs(actual - quantiles[..., 3]).sum() / actual.sum()
    inside = ((actual >= quantiles[..., 0]) & (actual <= quantiles[..., -1])).mean()
    large = actual.mean(axis=1) >= 5
    busy = ((actual >= quantiles[..., 0]) & (actual <= quantiles[..., -1]))[large].mean()
    print(f"{name:34} {wape:7.4f} {wql:8.4f}  in 90 %: {inside:.1%}, of series ≥ 5 a day: {busy:.1%} {cpu:6.1f} CPU s")


def _wape(said: np.ndarray, actual: np.ndarray, where: np.ndarray) -> float:
    return float(np.abs(said - actual)[where].sum() / max(actual[where].sum(), 1.0))


def _poisson(mean: np.ndarray) -> np.ndarray:
    from scipy import stats

    return np.stack([stats.poisson.ppf(level, mean) for level in LEVELS], axis=2)


def _naive(lines: list[OrderLine], keys: list[tuple[str, str]], cut: date, town: Town) -> np.ndarray:
    index = {key: n for n, key in enumerate(keys)}
    week = np.zeros((len(keys), 7))
    for line in lines:
        assert line.sold_at is not None
        back = (cut - line.sold_at.astimezone(town.zone).date()).days
        if back < 7:
            week[index[line.product_id, line.place], 6 - back] += line.quantity
    return week[:, np.arange(HORIZON) % 7]


def _effects(states: list[ForecastState], size: np.ndarray, keys: list[tuple[str, str]]) -> None:
    """What was learned beside what the town states, weighed by units."""
    weight = {key: size[n] for n, key in enumerate(keys)}
    for name, stated in (("promotion", -ELASTICITY), ("live_show", float(np.log(SHOWN)))):
        mine = [(s.effects[name], weight[s.product_id, s.place]) for s in states if name in s.effects]
        learned = float(np.average([e for e, _ in mine], weights=[w for _, w in mine])) if mine else float("nan")
        print(f"    effect of {name}: learned {learned:.2f}, stated {stated:.2f}")
    rain = [s.effects["rain"] for s in states if "rain" in s.effects]
    full = float(np.log1p(5.0 * STEPS_A_DAY) / np.log(11.0))
    print(f"    effect of a day of rain: learned {np.expm1(np.mean(rain) * full):+.1%}, stated +10.0%")


def _latency(said: list[Table], keys: list[tuple[str, str]]) -> None:
    """CPU milliseconds of an answer, rows being in memory."""
    by_key = {(type(row), key_of(row)): row for row in said}
    by_product: dict[tuple[type[Table], str], list[Table]] = {}
    for row in said:
        if isinstance(row, Forecast):
            by_product.setdefault((Forecast, row.product_id), []).append(row)

    def read(table: type[Table], key: str | None = None, /, **where: str) -> Any:
        return by_key.get((table, key)) if key is not None else by_product.get((table, where["product_id"]), [])

    change = (Change("price", 0.9), Change("promotion", 0.2), Change("live_show", 1.0), Change("storm", 1.0))
    asked: dict[str, list[Any]] = {
        "Demand, 28 days": [Demand(product_id=p, place=w) for p, w in keys],
        "Demand, 28 days, four what-ifs": [Demand(product_id=p, place=w, changes=change) for p, w in keys],
        "DemandPaths, 3 keys, 28 days, 100": [DemandPaths(keys=tuple(keys[n : n + 3])) for n in range(len(keys) - 3)],
    }
    for name, questions in asked.items():
        model: Any = DemandModel() if isinstance(questions[0], Demand) else PathsModel()
        spent = []
        for question in questions[:ASKED]:
            start = time.process_time_ns()
            model.answer_at(question, 0, read)
            spent.append((time.process_time_ns() - start) / 1e6)
        p50, p99 = np.quantile(spent, (0.5, 0.99))
        print(f"    {name:34} CPU ms: p50 {p50:.2f}, p99 {p99:.2f}")
    for line in _what_if(read, keys):
        print(f"    {line}")


def _what_if(read: Any, keys: list[tuple[str, str]]) -> list[str]:
    """What the drivers of one product say of four changes, in both languages."""
    product, place = max(
        keys, key=lambda key: sum(r.mean for r in read(Forecast, product_id=key[0]) if r.place == key[1])
    )
    changes = (Change("price", 0.9), Change("promotion", 0.2), Change("live_show", 1.0), Change("storm", 1.0))
    asked = Demand(product_id=product, place=place, days=7, changes=changes)
    value = DemandModel().answer_at(asked, 0, read).value
    return [f"{product} @ {place}: {part.text.en} · {part.text.zh}" for part in value.why]
