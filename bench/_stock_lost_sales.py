"""Lost sales, Poisson(5), lead time 4: how far policies are from the exact optimum, and what a learned one costs."""

from __future__ import annotations

from argparse import Namespace
from itertools import product
from math import exp, factorial
from time import process_time

import numpy as np

from bench import _stock_ppo
from linkloop.links.stock import learner
from linkloop.links.stock.exact import LostSales, Orders, solve
from linkloop.links.stock.learned import LearnedPolicy
from linkloop.links.stock.ordering import BaseStock, CappedBaseStock, ReorderPoint
from linkloop.links.stock.simulate import Policy, simulate
from linkloop.links.stock.terms import Lead, Terms

MEAN, LEAD = 5.0, 4
CUTS = {4: (30, 10), 9: (32, 11), 19: (36, 12), 39: (38, 13)}  # shortage cost → largest stock and order looked at
SHIFTS = (-0.2, -0.15, -0.1, -0.05, 0.0, 0.05, 0.1)
TUNED_ON = 11  # the seed of the paths that every policy's numbers are chosen on; costs are then exact


def show(asked: Namespace) -> None:
    """Print a row per shortage cost."""
    chances = tuple(exp(-MEAN) * MEAN**n / factorial(n) for n in range(50))
    paths = np.random.default_rng(TUNED_ON).poisson(MEAN, (1100, 40, 50)).astype(np.float32)
    gaps: dict[str, list[float]] = {}
    if not _stock_ppo.there():
        print(_stock_ppo.HOW)
    print("gap to the exact optimum of the average cost (holding 1); all costs exact, none simulated")
    for shortage, (most, largest) in CUTS.items():
        given = LostSales(chances, LEAD, 1, shortage, most, largest)
        begun = process_time()
        best = solve(given, precision=1e-7).cost
        row = f"p = {shortage:2}: optimum {best:.4f} ({process_time() - begun:.1f} CPU-s)"
        for name, orders, spent in _policies(given, paths, asked.seconds):
            gap = solve(given, orders, precision=1e-7).cost / best - 1
            gaps.setdefault(name, []).append(gap)
            row += f"; {name} {gap:.3%}" + (f" ({spent:.0f} CPU-s)" if spent else "")
        print(row, flush=True)
    print("mean: " + "; ".join(f"{name} {np.mean(found):.3%}" for name, found in gaps.items()))


def _policies(given: LostSales, paths: np.ndarray, seconds: float) -> list[tuple[str, Orders, float]]:
    states = given.states()
    position = states.sum(1)
    levels = range(12, 36)
    level = min(levels, key=lambda n: _cost(BaseStock(n), paths[:, :4], given))
    near, caps = range(level - 6, level + 9), range(3, given.largest + 1)
    top, cap = min(product(near, caps), key=lambda both: _cost(CappedBaseStock(*both), paths[:, :4], given))
    found = [
        ("base-stock", np.clip(level - position, 0, given.largest), 0.0),
        ("capped base-stock", np.clip(np.minimum(top - position, cap), 0, given.largest), 0.0),
    ]
    tables = [(name, table.reshape(given.shape), spent) for name, table, spent in found]
    low, high = min(
        ((low, high) for high in range(level - 4, level + 9) for low in range(level - 8, high)),
        key=lambda both: _cost(ReorderPoint(*both), paths[:, :4], given),
    )
    ordered = np.where(position <= low, np.clip(high - position, 0, given.largest), 0).reshape(given.shape)
    tables.append(("(s, S)", ordered, 0.0))
    if _stock_ppo.there():
        tables.append(("PPO", *_stock_ppo.train(given, seconds, MEAN)))
    if learner.torch is None:
        return tables
    begun = process_time()
    net = learner.train(
        lambda rng, size: rng.poisson(MEAN, size), LEAD, MEAN, 1, given.shortage, learner.Recipe(seconds=seconds)
    )
    shift = min(SHIFTS, key=lambda by: _cost(LearnedPolicy(net.onnx, by), paths, given))
    spent = process_time() - begun
    return [*tables, ("learned", LearnedPolicy(net.onnx, shift).table(given), spent)]


def _cost(policy: Policy, paths: np.ndarray, given: LostSales) -> float:
    terms = Terms(given.holding, given.shortage)
    return float(simulate(policy, paths, terms, Lead.fixed(LEAD), on_hand=10, since=100).cost(terms).mean())
