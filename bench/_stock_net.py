"""The learned net against the tuned quantile in shops that neither was made for, segment by segment, as a night judges.

Shops of 300 products and 112 days that are drawn from seeds of their own: the quantile is chosen on the middle third of
the past, both are judged on the last. A row says who would order.
"""

from __future__ import annotations

from argparse import Namespace
from time import process_time

import numpy as np

from linkloop.links.stock import net
from linkloop.links.stock.rolling import Reals, Shelves
from linkloop.links.stock.tuning import segment_of, tune

SEEDS, COUNT, DAYS = (1, 2, 3), 300, 112


def shop(seed: int) -> tuple[Reals, Shelves]:
    """(days, products) units, and what they are bought under."""
    rng = np.random.default_rng(seed)
    pace, week = np.exp(rng.normal(0.3, 1.4, COUNT)), np.exp(rng.normal(0, 0.3, (7, COUNT)))
    size = np.exp(rng.uniform(np.log(0.5), np.log(20), COUNT))
    mean = pace * (week / week.mean(axis=0))[np.arange(DAYS) % 7]
    units = rng.poisson(rng.gamma(size, mean / size)).astype(float)
    cost, lead = np.exp(rng.normal(0, 0.8, COUNT)), rng.uniform(2, 12, COUNT)
    kinds = [segment_of(a, b) for a, b in zip(units[:70].mean(axis=0), cost, strict=True)]
    least = np.where(rng.random(COUNT) < 0.3, 10.0, 1.0)
    return units, Shelves(
        lead, lead * 0.15, rng.choice([1.0, 6.0], COUNT), least, cost, cost * rng.uniform(0.2, 1.2, COUNT),
        np.array(kinds, np.int64),
    )  # fmt: skip


def show(asked: Namespace) -> None:
    """Print a row per shop and segment."""
    ordering = net.shipped()
    if ordering is None:
        print(f"net: skipped, {net.FILE.name} is missing (python -m linkloop.links.stock.net_train)")
        return
    before = after = 0.0
    begun = process_time()
    for seed in SEEDS:
        units, shelves = shop(seed)
        for row in tune(units, shelves, np.ones(COUNT), "", ordering).rows:
            cost = row.learned_cost if row.policy == "learned" else row.quantile_cost
            before, after = before + row.series * row.quantile_cost, after + row.series * cost
            print(
                f"shop {seed}, {row.segment} ({row.series}): quantile {row.level:g} for {row.cover_days} days "
                f"{row.quantile_cost:.4f}, net {row.learned_cost:.4f} ({row.won:+.1f} standard errors): {row.policy} "
                f"orders; stock-out {row.stockout:.2%}, turnover {row.turnover:.1f}"
            )
    spent = (process_time() - begun) / len(SEEDS)
    print(f"cost where the better of both orders {after / before - 1:+.1%}; {spent:.1f} CPU-s a shop of {COUNT}")
