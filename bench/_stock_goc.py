"""GOC 2018: a centre shares its stock among five fronts, day by day for 30 days, under the contest's limits.

A day: the supplier's goods reach the centre; the policy ships, at most 200 products and 3,200 / 1,600 / 1,200 / 3,600 /
1,600 units to the fronts, there the same day; customers come. Of what a front lacks a share is given up (1, 7, 10, 9,
8 %) at the product's stock-out cost; the rest is sent from the centre, cross-region, for 0.01 a unit, and costs the
stock-out cost where the centre has none. Rules are chosen on one seed and printed on others.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from linkloop.links.stock.allocate import allocate, steps_of

Reals = npt.NDArray[np.float64]
DAYS, CENTRE = 30, 0
SKUS_A_DAY = np.array([200] * 5)
UNITS_A_DAY = np.array([3200.0, 1600, 1200, 3600, 1600])
GIVEN_UP = np.array([0.01, 0.07, 0.10, 0.09, 0.08])
EXTRA = 0.01
COVERS = (2, 3, 4, 5, 6, 8, 10, 12)
HORIZONS = (4, 5, 6, 8)
TUNE_SEEDS, SHOWN_SEEDS = (1, 2), (101, 102, 103, 104, 105)
SAMPLES = 128


class Contest(NamedTuple):
    """(places, SKUs) first stock and demand of a day (gamma or negative binomial); (days, SKUs) goods; (SKUs) costs."""

    stock: Reals
    first: Reals
    second: Reals
    gamma: npt.NDArray[np.bool_]
    goods: Reals
    cost: Reals

    def draw(self, rng: np.random.Generator, count: int, days: int | npt.NDArray[np.int64]) -> Reals:
        """(count, places, SKUs): units of `days` days (of all or of each SKU) in all: both kinds add up."""
        chance = np.where(self.gamma, 0.5, self.second)
        rate = rng.gamma(
            self.first * days, np.where(self.gamma, self.second, (1 - chance) / chance), (count, *self.first.shape)
        )
        return np.where(self.gamma, np.round(rate), rng.poisson(rate))

    @property
    def mean(self) -> Reals:
        """(places, SKUs) units a day."""
        return self.first * np.where(self.gamma, self.second, (1 - self.second) / np.maximum(self.second, 1e-9))


def load(folder: Path) -> Contest:
    """The four files."""

    def by_place(file: str, column: str) -> pl.DataFrame:
        table = pl.read_csv(folder / file)
        return table.pivot(on="item_sku_id", index="dc_id", values=column).sort("dc_id")

    def numbers(file: str, column: str) -> npt.NDArray[np.generic]:
        table = by_place(file, column)
        order = sorted(table.columns[1:], key=int)
        return table.select(order).to_numpy()

    given = "sku_demand_distribution.csv"
    cost = pl.read_csv(folder / "sku_cost.csv").sort("item_sku_id")["stockout_cost"].to_numpy()
    goods = np.zeros((DAYS, len(cost)))
    for sku, day, units in pl.read_csv(folder / "inventory_replenishment.csv").iter_rows():
        goods[day - 1, sku - 1] += units
    return Contest(
        numbers("initial_inventory.csv", "stock_quantity").astype(float),
        numbers(given, "para1").astype(float),
        numbers(given, "para2").astype(float),
        numbers(given, "dist_type") == "G",
        goods,
        cost,
    )


class Cover(NamedTuple):
    """Fill every front up to `days` of its mean demand in the limits: `urgent` first, or as the products are listed."""

    contest: Contest
    days: float
    urgent: bool = True

    def ship(self, day: int, stock: Reals) -> Reals:
        mean = self.contest.mean[1:]
        lacks = np.maximum(np.ceil(self.days * mean - stock[1:]), 0)
        left = stock[1:] / np.maximum(mean, 1e-9) if self.urgent else np.zeros_like(mean)
        shipped, centre = np.zeros_like(lacks), stock[CENTRE].copy()
        kinds, units = SKUS_A_DAY.copy(), UNITS_A_DAY.copy()
        for n in np.argsort(left, axis=None, kind="stable"):
            front, sku = divmod(int(n), lacks.shape[1])
            wish = min(lacks[front, sku], centre[sku], units[front])
            if wish <= 0 or kinds[front] <= 0:
                continue
            kinds[front] -= 1
            units[front] -= wish
            centre[sku] -= wish
            shipped[front, sku] = wish
        return shipped


class MarginalValue(NamedTuple):
    """Ship what each unit saves at a front over `days`, against what it is worth to the centre's own customers."""

    contest: Contest
    days: int

    def ship(self, day: int, stock: Reals) -> Reals:
        rng = np.random.default_rng(7_000 + day)
        contest, horizon = self.contest, min(self.days, DAYS - day)
        demand = contest.draw(rng, SAMPLES, horizon)
        # A unit that stays serves the centre's own until goods come again. Where the centre is likely to run out by
        # then (of its own customers and what fronts lack), a unit at a front saves the whole stock-out cost.
        coming = np.pad(contest.goods[day + 1 :], ((0, 1), (0, 0))) > 0
        wait = np.where(coming.any(axis=0), coming.argmax(axis=0) + 1, DAYS - day)
        later = contest.draw(rng, SAMPLES, wait)
        demand[:, CENTRE] = later[:, CENTRE]
        empty = (later[:, CENTRE] + np.maximum(later[:, 1:] - stock[1:], 0).sum(axis=1) > stock[CENTRE]).mean(axis=0)
        away = GIVEN_UP[:, None] * contest.cost + (1 - GIVEN_UP[:, None]) * EXTRA
        saving = np.concatenate((contest.cost[None], away + (contest.cost - away) * empty))
        there = stock.copy()
        there[CENTRE] = 0.0
        capacity, kinds = np.concatenate(([0.0], UNITS_A_DAY)), np.concatenate(([0], SKUS_A_DAY))
        steps = steps_of(demand, there, saving)
        return allocate(steps, stock[CENTRE], capacity, kinds, home=CENTRE, patient=True)[1:].astype(float)


def play(policy: Cover | MarginalValue | None, contest: Contest, seed: int) -> tuple[float, float]:
    """(cost, units sent cross-region) of the 30 days; no policy: nothing is shipped."""
    rng = np.random.default_rng(seed)
    stock, cost, crossed = contest.stock.copy(), 0.0, 0.0
    for day in range(DAYS):
        stock[CENTRE] += contest.goods[day]
        if policy is not None:
            shipped = policy.ship(day, stock.copy())
            _check(shipped, stock[CENTRE])
            stock[CENTRE] -= shipped.sum(axis=0)
            stock[1:] += shipped
        asked = contest.draw(rng, 1, 1)[0]
        short = np.maximum(asked - stock, 0)
        stock = np.maximum(stock - asked, 0)
        given_up = rng.binomial(short[1:].astype(int), GIVEN_UP[:, None])
        wanted = (short[1:] - given_up).sum(axis=0)
        sent = np.minimum(wanted, stock[CENTRE])
        stock[CENTRE] -= sent
        cost += float(contest.cost @ (short[CENTRE] + given_up.sum(axis=0) + wanted - sent)) + EXTRA * float(sent.sum())
        crossed += float(sent.sum())
    return cost, crossed


def least(contest: Contest, seed: int) -> tuple[float, float]:
    """Bounds: the expected cost if every unit lay where it is asked for, and the fewest units sent cross-region."""
    rng = np.random.default_rng(seed)
    pool, cost = contest.stock.sum(axis=0), 0.0
    asked_there = np.zeros(len(UNITS_A_DAY))
    for day in range(DAYS):
        pool += contest.goods[day]
        asked = contest.draw(rng, 1, 1)[0]
        asked_there += asked[1:].sum(axis=1)
        short = np.maximum(asked.sum(axis=0) - pool, 0)
        pool = np.maximum(pool - asked.sum(axis=0), 0)
        cost += float(contest.cost @ short)
    over = np.maximum(asked_there - contest.stock[1:].sum(axis=1) - DAYS * UNITS_A_DAY, 0)
    return cost, float((over * (1 - GIVEN_UP)).sum())


def _check(shipped: Reals, centre: Reals) -> None:
    assert (shipped >= 0).all()
    assert (shipped.sum(axis=0) <= centre).all()
    assert (shipped.sum(axis=1) <= UNITS_A_DAY).all()
    assert ((shipped > 0).sum(axis=1) <= SKUS_A_DAY).all()


def show(asked: Namespace) -> None:
    """Print the means over the hidden seeds."""
    folder = asked.data / "supply" / "goc2018"
    if not folder.exists():
        print(f"goc: skipped, {folder} is missing (set LINKLOOP_DATA)")
        return
    contest = load(folder)
    cover = min(COVERS, key=lambda n: _mean(Cover(contest, n), contest, TUNE_SEEDS)[0])
    plain = min(COVERS, key=lambda n: _mean(Cover(contest, n, urgent=False), contest, TUNE_SEEDS)[0])
    days = min(HORIZONS, key=lambda n: _mean(MarginalValue(contest, n), contest, TUNE_SEEDS[:1])[0])
    rows = {
        "nothing shipped": None,
        f"cover of {plain} days (tuned), as listed": Cover(contest, plain, urgent=False),
        f"cover of {cover} days (tuned), fewest days left first": Cover(contest, cover),
        f"marginal value over {days} days, then LP": MarginalValue(contest, days),
    }
    found = {}
    for name, policy in rows.items():
        begun = process_time()
        cost, crossed = _mean(policy, contest, SHOWN_SEEDS)
        found[name] = cost, crossed
        spent = (process_time() - begun) / len(SHOWN_SEEDS) / DAYS
        print(f"{name}: cost {cost:,.0f}; {crossed:,.0f} units cross-region; {spent:.2f} CPU-s a day", flush=True)
    floor, crossed = np.mean([least(contest, seed) for seed in SHOWN_SEEDS], axis=0)
    print(f"bounds: cost {floor:,.0f} if all stock lay in one place; {crossed:,.0f} units by the limits of the ways")
    *_, ours = found
    for peer in list(found)[1:-1]:
        cost, units = found[ours][0] / found[peer][0] - 1, found[ours][1] / found[peer][1] - 1
        print(f"against {peer}: cost {cost:+.1%}, units cross-region {units:+.1%}")


def _mean(policy: Cover | MarginalValue | None, contest: Contest, seeds: tuple[int, ...]) -> tuple[float, float]:
    played = np.array([play(policy, contest, seed) for seed in seeds])
    return float(played[:, 0].mean()), float(played[:, 1].mean())
