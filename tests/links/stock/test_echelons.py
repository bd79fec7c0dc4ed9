"""A centre and its fronts: a serial system's published optimum, one place as a special case, limits, shelf life."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stockpyl import ssm_serial
from stockpyl.demand_source import DemandSource

from linkloop.core.errors import LinkloopError
from linkloop.links.stock.echelons import Both, EchelonBaseStock, Ways, simulate_echelons
from linkloop.links.stock.ordering import BaseStock
from linkloop.links.stock.simulate import simulate
from linkloop.links.stock.terms import Floats, Lead, Terms

RNG = np.random.default_rng(4)
OWED = Terms(backorders=True)


def nearest(array: Any, values: Any, *_: Any) -> Any:
    """stockpyl's own, as it was before NumPy 2 refused it."""
    found = np.abs(np.asarray(array)[None] - np.atleast_1d(values)[:, None]).argmin(axis=1)
    return found[0] if found.size == 1 else found


def cost(demand: np.ndarray, near: int, far: int, low: float, high: float) -> float:
    """A step's cost of echelon base-stock levels, where stockpyl's lead times count the step of an order too."""
    policy, ways = EchelonBaseStock(high, low), Ways(far, (near - 1,))
    found = simulate_echelons(policy, demand, ways, Terms(), OWED, centre_on_hand=high - low, on_hand=low, since=100)
    on_way = 5.0  # … and it holds what is on its way for that step
    kept = found.centre_held.mean() + 2 * found.held.mean() + 15 * found.short.mean()
    return float(kept) / found.steps + on_way


@pytest.mark.parametrize(("near", "far"), [(1, 2), (2, 1)])
def test_clark_and_scarfs_optimum_costs_what_stockpyl_says_and_no_neighbour_costs_less(
    near: int, far: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssm_serial, "find_nearest", nearest)
    levels, least = ssm_serial.optimize_base_stock_levels(
        num_nodes=2, echelon_holding_cost={1: 1, 2: 1}, lead_time={1: near, 2: far}, stockout_cost=15,
        demand_source=DemandSource(type="P", mean=5), x_num=200, d_num=40,
    )  # fmt: skip
    demand = RNG.poisson(5, (1100, 1, 60, 1)).astype(np.float32)
    best = cost(demand, near, far, levels[1], levels[2])
    assert best == pytest.approx(least, rel=0.01)
    for low, high in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        assert cost(demand, near, far, levels[1] + low, levels[2] + high) > best - 0.02


@pytest.mark.parametrize("life", [0, 3])
def test_a_front_behind_a_centre_that_always_has_stock_is_one_place(life: int) -> None:
    demand = RNG.poisson(5, (60, 1, 3, 2)).astype(np.float32)
    policy = EchelonBaseStock(1e6, 21.0)
    found = simulate_echelons(policy, demand, Ways(0, (2,)), Terms(), Terms(), centre_on_hand=1e6, on_hand=12)
    alone = simulate(BaseStock(21), demand[:, 0], Terms(), Lead.fixed(2), on_hand=12)
    assert np.array_equal(found.held[0], alone.held)
    assert np.array_equal(found.short[0], alone.short)
    if life:
        fresh = simulate_echelons(policy, demand, Ways(0, (0,)), Terms(life=life), Terms(life=life), on_hand=12)
        shelf = simulate(BaseStock(21), demand[:, 0], Terms(life=life), Lead.fixed(0), on_hand=12)
        assert np.array_equal(fresh.sold[0] + fresh.short[0], shelf.demanded)
        assert fresh.wasted.sum() > 0


def by_hand(demand: np.ndarray, supplier: int, ways: tuple[int, ...], echelon: int, levels: list[int]) -> list[int]:
    """(held, short) at all fronts, held at the centre and on the ways, ordered; lost sales, in plain Python."""
    centre, fronts = 30, [8] * len(ways)
    inbound, lanes = [0] * supplier, [[0] * way for way in ways]
    held = short = kept = ordered = 0
    for asked in demand.tolist():
        centre += inbound.pop(0)
        for n, lane in enumerate(lanes):
            fronts[n] += lane.pop(0)
        positions = [fronts[n] + sum(lanes[n]) for n in range(len(ways))]
        order = max(echelon - centre - sum(positions) - sum(inbound), 0)
        inbound.append(order)
        ordered += order
        wishes = [max(level - position, 0) for level, position in zip(levels, positions, strict=True)]
        if sum(wishes) > centre:
            until, sent = 0.0, list[int]()
            for wish in wishes:
                before = int(until + 1e-4)
                until += wish * centre / sum(wishes)
                sent.append(int(until + 1e-4) - before)
            wishes = sent
        for n, units in enumerate(wishes):
            centre -= units
            lanes[n].append(units)
            short += max(asked[n] - fronts[n], 0)
            fronts[n] = max(fronts[n] - asked[n], 0)
        held += sum(fronts)
        kept += centre + sum(map(sum, lanes))
    return [held, short, kept, ordered]


def test_two_fronts_share_a_scarce_centre_as_plain_python_does() -> None:
    demand = RNG.poisson(5, (80, 2, 4, 3)).astype(np.float32)
    policy = EchelonBaseStock(62.0, np.array([16.0, 20.0])[:, None, None])
    found = simulate_echelons(policy, demand, Ways(3, (1, 2)), Terms(), Terms(), centre_on_hand=30, on_hand=8)
    for path in range(4):
        for sku in range(3):
            expected = by_hand(demand[:, :, path, sku].astype(int), 3, (1, 2), 62, [16, 20])
            at = (slice(None), path, sku)
            assert [
                found.held[at].sum(), found.short[at].sum(), found.centre_held[path, sku], found.ordered[path, sku]
            ] == expected  # fmt: skip
    assert found.short.sum() > 0
    assert 0 < found.stockout < 1
    assert found.turnover == pytest.approx(found.sold.sum() / (found.held.sum() + found.centre_held.sum()) * 80)


class Greedy:
    """Wishes much more than there is, and keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Floats, Floats]] = []
        self.before: Floats | None = None

    def decide(self, seen: Both, order: Floats, ship: Floats) -> None:
        if self.before is not None:
            self.sent.append((self.before, seen.position.copy()))
        order[...], ship[...] = 7.0, 40.0
        self.before = seen.centre.copy()


def test_orders_keep_minimum_cases_and_budget_and_fronts_whole_cases() -> None:
    demand = np.zeros((6, 2, 1, 1), np.float32)
    terms = Terms(case_pack=4, least=10, price=2, budget=20)
    policy = Greedy()
    found = simulate_echelons(policy, demand, Ways(1, (1, 1)), terms, Terms(case_pack=6), centre_on_hand=22)
    assert found.ordered.item() == 0  # 12 units cost 24: what the budget cuts falls below the minimum
    centre, position = policy.sent[0]
    assert centre.item() == 22
    assert position.ravel().tolist() == [6.0, 12.0]  # 18 of 22 in cases of 6, shared
    rich = simulate_echelons(Greedy(), demand, Ways(1, (1, 1)), terms._replace(budget=24), Terms(case_pack=6))
    assert rich.ordered.item() == 6 * 12


def test_units_grow_old_on_every_way_and_none_is_lost_or_made() -> None:
    demand = RNG.poisson(2, (40, 2, 5, 2)).astype(np.float32)
    terms = Terms(life=5)
    found = simulate_echelons(EchelonBaseStock(50.0, 12.0), demand, Ways(2, (1, 1)), terms, terms)
    assert found.wasted.sum() > 0
    assert found.centre_wasted.sum() > 0
    out = found.sold.sum(axis=0) + found.wasted.sum(axis=0) + found.centre_wasted
    left = found.ordered - out
    assert (left >= 0).all()
    assert (left <= 50 + 2 * 50).all()
    short = Terms(life=1)
    gone = simulate_echelons(EchelonBaseStock(50.0, 12.0), demand, Ways(2, (1, 1)), short, short)
    assert gone.sold.sum() == 0  # a day on the way is the whole life


def test_fronts_that_do_not_fit_are_refused() -> None:
    demand = np.zeros((3, 2, 1, 1), np.float32)
    with pytest.raises(LinkloopError, match="demand has 2 fronts, the ways 1"):
        simulate_echelons(EchelonBaseStock(1, 1), demand, Ways(1, (1,)), Terms(), Terms())
    with pytest.raises(LinkloopError, match="lives 3 and 0"):
        simulate_echelons(EchelonBaseStock(1, 1), demand, Ways(1, (1, 1)), Terms(life=3), Terms())
