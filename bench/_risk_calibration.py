"""How well the chances and costs of the risk view come true, as they were said and as a shop's own past corrects them.

Towns of several seeds tell the sales of five months; shelves of the past were full, so what was wanted is known. Every
seventh day is forecast anew by the product's own demand link, every day from then on has its chance of wanting more
than lies there (the stock is drawn by a hidden seed, 0.4 to 2.5 weeks of sales) by the formula of the view. It is
corrected by `links/stock/reliability` from the days that were over before it alone. `PLANNED` seeds were looked at when
the correction was made; the figures are of others.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from linkloop.commerce.catalog import Product
from linkloop.commerce.demand import Forecast
from linkloop.commerce.orders import OrderLine
from linkloop.links.demand import link, policy
from linkloop.links.stock import reliability
from linkloop.links.stock.reliability import Correction, Past, brier, ece
from linkloop.worlds.sim.town import Town
from tests.links.context import MemoryShop

Floats = npt.NDArray[np.float64]
OPENS = datetime(2023, 12, 2, 16, tzinfo=UTC)  # midnight in Shanghai; Double 11 lies in the past that is told
ORDERS, HISTORY, WEEKS = 300.0, 150, 12
HORIZON = 14  # days of the lead time and the week after it, for costs
PLANNED = (11,)


class Day(NamedTuple):
    """One day's pairs: what was said, what lay there, what was wanted, and money (minor units)."""

    past: Past
    sold_h: Floats
    margin: Floats
    cost: Floats


def lived(seed: int) -> list[Day]:
    """Every day of `WEEKS` weeks of a town."""
    town = Town(seed=seed, orders_per_day=ORDERS, start=OPENS, festivals=True)
    lines = [row for row in town.warm_up(HISTORY)[OrderLine] if isinstance(row, OrderLine)]
    goods = {row.product_id: row for row in next(iter(town.run_until(OPENS))).said if isinstance(row, Product)}
    first = OPENS.date() - timedelta(days=HISTORY - 1)
    units: dict[tuple[str, str], Floats] = {}
    for line in lines:
        assert line.sold_at is not None
        day = ((line.sold_at + timedelta(hours=8)).date() - first).days
        row = units.setdefault((line.product_id, line.place), np.zeros(HISTORY))
        row[min(max(day, 0), HISTORY - 1)] += line.quantity
    rng = np.random.default_rng([seed, 2023])
    found: list[Day] = []
    for week in range(WEEKS):
        origin = HISTORY - HORIZON - 7 * (WEEKS - week)  # the last day that is known
        said = forecasts(lines, first, origin)
        for ahead in range(1, 8):
            found.append(a_day(said, units, goods, origin + ahead, first, rng))
    return found


def forecasts(lines: list[OrderLine], first: date, origin: int) -> dict[tuple[str, str], dict[str, Forecast]]:
    """What the demand link says after the day `origin`, by series and day."""
    end = first + timedelta(days=origin)
    shop = MemoryShop(link, [row for row in lines if row.sold_at and (row.sold_at + timedelta(hours=8)).date() <= end])
    night = policy.forecast_all(shop, end.isoformat(), 480)
    assert night is not None
    found: dict[tuple[str, str], dict[str, Forecast]] = {}
    for n, key in enumerate(night.series.keys):
        found[key] = {row.day: row for row in policy._rows(night, n, end.isoformat())}
    return found


def a_day(said: dict[tuple[str, str], dict[str, Forecast]], units: dict[tuple[str, str], Floats],
          goods: dict[str, Product], day: int, first: date, rng: np.random.Generator) -> Day:  # fmt: skip
    """The pairs of one day, in the order of their names."""
    rows: list[tuple[float, ...]] = []
    for key in sorted(said.keys() & units.keys()):
        week = [said[key][(first + timedelta(days=day + n)).isoformat()] for n in range(7)]
        mean = sum(one.mean for one in week)
        spread = np.array([max(one.q95 - one.q05, 0.0) / 3.29 for one in week])
        sd = float(np.sqrt(0.5 * spread.sum() ** 2 + 0.5 * (spread**2).sum()))
        pace = units[key][max(0, day - 28) : day].mean() * 7
        stock = max(1.0, round(pace * rng.uniform(0.4, 2.5)))
        product = goods[key[0]]
        assert product.price is not None
        assert product.cost is not None
        sold = units[key][day : day + 7].sum()
        money = (float(product.price.amount - product.cost.amount), float(product.cost.amount))
        rows.append((mean, sd, stock, sold, units[key][day : day + HORIZON].sum(), *money))
    mean, sd, stock, sold, sold_h, margin, cost = (np.array(column) for column in zip(*rows, strict=True))
    return Day(Past(mean, sd, stock, Correction().chance(mean, sd, stock), sold), sold_h, margin, cost)


def corrected(days: list[Day]) -> list[tuple[Day, Correction]]:
    """Each day from which on something is learned, with what had been learned by the eve."""
    found: list[tuple[Day, Correction]] = []
    for n in range(len(days)):
        over = days[max(0, n - 7 - reliability.DAYS) : max(0, n - 7)]
        known = reliability.correction([day.past for day in over])
        if known is not None:
            found.append((days[n], known))
    return found


def leaving(day: Day, known: Correction) -> float:
    """Expected cost of leaving everything as it is over the horizon, by the view's formula for normal demand."""
    mean = known.demand_factor * day.past.mean / 7 * HORIZON
    sd = known.spread_factor * np.maximum(day.past.sd, 0.1) / np.sqrt(7) * np.sqrt(HORIZON)
    z = (day.past.stock - mean) / sd
    short = sd * (norm.pdf(z) - z * norm.sf(z))
    holding = day.cost * 0.25 / 365 * HORIZON
    return float((day.margin * short + holding * np.maximum(day.past.stock + short - mean, 0.0)).sum())


def left(day: Day) -> float:
    """What leaving everything as it was did cost."""
    holding = day.cost * 0.25 / 365 * HORIZON
    lost = np.maximum(day.sold_h - day.past.stock, 0.0)
    return float((day.margin * lost + holding * np.maximum(day.past.stock - day.sold_h, 0.0)).sum())


def report(seeds: list[int]) -> None:
    """Print the figures of each seed and of all."""
    everything: list[tuple[Day, Correction]] = []
    for seed in seeds:
        mine = corrected(lived(seed))
        everything += mine
        show(f"town {seed}", mine)
    show(f"{len(seeds)} towns", everything)
    print("share of pairs that wanted more than lay there, by the chance that was said:")
    out, said, after = scored(everything)
    edges = (0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 1.01)
    for name, chance in (("as said", said), ("corrected", after)):
        for low, high in pairwise(edges):
            mine_too = (chance >= low) & (chance < high)
            if mine_too.any():
                told, true = chance[mine_too].mean(), out[mine_too].mean()
                print(f"  {name:9s} {low:4.0%} to {min(high, 1):4.0%}: {mine_too.sum():7,} pairs, said {told:6.1%}, came true {true:6.1%}")  # noqa: E501  # fmt: skip


def scored(days: list[tuple[Day, Correction]]) -> tuple[Floats, Floats, Floats]:
    """Outcomes, chances as said, chances corrected."""
    out = np.concatenate([day.past.out for day, _ in days])
    said = np.concatenate([day.past.chance for day, _ in days])
    after = np.concatenate([known.chance(day.past.mean, day.past.sd, day.past.stock) for day, known in days])
    return out, said, after


def show(name: str, days: list[tuple[Day, Correction]]) -> None:
    """Scores of the chances, and expected over real cost of leaving it."""
    if not days:
        print(f"{name}: nothing was corrected yet")
        return
    out, said, after = scored(days)
    real = sum(left(day) for day, _ in days)
    plain, mended = (sum(leaving(day, k) for day, k in ((d, Correction() if raw else c) for d, c in days))
                     for raw in (True, False))  # fmt: skip
    print(f"{name}: {len(out):,} pairs on {len(days)} days, {out.mean():.1%} wanted more than lay there")
    base = brier(np.full_like(out, out.mean()), out)
    print(f"  Brier as said {brier(said, out):.4f}, corrected {brier(after, out):.4f}, the share alone {base:.4f}")
    print(f"  ECE as said {ece(said, out):.4f}, corrected {ece(after, out):.4f}")
    print(f"  expected over real cost of leaving it: {plain / real:.2f} as said, {mended / real:.2f} corrected")
