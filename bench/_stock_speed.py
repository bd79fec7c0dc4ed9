"""How fast the simulator steps: SKU-steps per CPU-second, beside stockpyl on one path."""

from __future__ import annotations

from argparse import Namespace
from time import process_time

import numpy as np

from linkloop.links.stock.echelons import EchelonBaseStock, Ways, simulate_echelons
from linkloop.links.stock.ordering import BaseStock
from linkloop.links.stock.simulate import simulate
from linkloop.links.stock.terms import Lead, Terms

STEPS, PATHS, SKUS = 200, 1000, 500
PEER_STEPS = 2000


def show(asked: Namespace) -> None:
    """Print both."""
    demand = np.random.default_rng(1).poisson(5, (STEPS, PATHS, SKUS)).astype(np.float32)
    for detail, name in ((False, "cost and sales"), (True, "with orders and empty steps")):
        best = min(_timed(demand, detail) for _ in range(3))
        print(f"simulator, lost sales, lead time 4, {name}: {demand.size / best / 1e6:,.0f} M SKU-steps per CPU-second")
    fronts = demand[:50, :200].reshape(50, 4, 50, SKUS)
    begun = process_time()
    simulate_echelons(
        EchelonBaseStock(120.0, 18.0), fronts, Ways(4, (1, 1, 2, 2)), Terms(), Terms(), centre_on_hand=60, on_hand=12
    )
    used = process_time() - begun
    print(f"a centre and 4 fronts, lost sales: {fronts.size / used / 1e6:,.0f} M front-SKU-steps per CPU-second")
    spent = _stockpyl()
    if spent is not None:
        print(
            f"stockpyl, one SKU, the same policy (owed, not lost): {PEER_STEPS / spent:,.0f} SKU-steps per CPU-second"
        )


def _timed(demand: np.ndarray, detail: bool) -> float:
    begun = process_time()
    simulate(BaseStock(28), demand, Terms(1, 4), Lead.fixed(4), on_hand=20, detail=detail)
    return process_time() - begun


def _stockpyl() -> float | None:
    try:
        from stockpyl.sim import simulation
        from stockpyl.supply_chain_network import single_stage_system
    except ImportError:
        print("stockpyl is not installed: no peer")
        return None
    net = single_stage_system(
        holding_cost=1, stockout_cost=4, shipment_lead_time=5, policy_type="BS", base_stock_level=28,
        demand_type="P", mean=5, initial_inventory_level=28,
    )  # fmt: skip
    begun = process_time()
    simulation(net, PEER_STEPS, rand_seed=1, progress_bar=False)
    return process_time() - begun
