"""Ordering policies: what each orders of what it sees."""

from __future__ import annotations

import numpy as np

from linkloop.links.stock.ordering import BaseStock, CappedBaseStock, ProjectedInventory, ReorderPoint, quantile
from linkloop.links.stock.simulate import Seen, simulate
from linkloop.links.stock.terms import Floats, Lead, Terms


def ordered(policy: object, on_hand: float, due: float) -> float:
    seen = Seen(*(np.array([[units]], np.float32) for units in (on_hand, on_hand + due, 0, 0)), [])
    order: Floats = np.zeros((1, 1), np.float32)
    policy.order(seen, order)  # type: ignore[attr-defined]
    return float(order.item())


def test_each_orders_by_the_position() -> None:
    assert ordered(BaseStock(20), 5, 6) == 9
    assert ordered(CappedBaseStock(20, 7), 5, 6) == 7
    assert ordered(ReorderPoint(10, 20), 5, 6) == 0
    assert ordered(ReorderPoint(11, 20), 5, 6) == 9


def test_a_quantile_is_the_least_sample_that_covers_the_level() -> None:
    samples = np.array([[4, 1], [1, 9], [3, 5], [2, 7]], np.float32)
    assert quantile(samples, 0.5).tolist() == [2, 5]
    assert quantile(samples, np.array([0.51, 1.0])).tolist() == [3, 9]
    assert quantile(samples, 0.0).tolist() == [1, 1]


def test_the_projected_inventory_loses_sales_on_the_way() -> None:
    # 2 on hand, 3 due next step; the futures sell 5 + 1, or 0 + 0, then 4 in the step when the order arrives.
    futures = np.array([[5, 1, 4], [0, 0, 4]], np.float32)[:, :, None]
    ordered_units: list[float] = []

    class Watching:
        def order(self, seen: Seen, order: Floats) -> None:
            policy.order(seen, order)
            ordered_units.append(float(order.item()))

    for level in (0.5, 1.0):
        policy = ProjectedInventory(lambda _: futures, level, lead=2)
        due = np.array([0.0, 3.0]).reshape(2, 1, 1)
        simulate(Watching(), np.zeros((1, 1, 1)), Terms(), Lead.fixed(2), on_hand=2, due=due)
    # Either the shelf is left with 2 of the 3 that arrive and lacks 2, or it is left with 5, one too many: no order.
    assert ordered_units == [-1, 2]
