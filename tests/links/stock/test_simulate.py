"""The simulator: closed forms, a simulation in plain Python, stockpyl, and what a policy cannot know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system

from linkloop.core.errors import LinkloopError
from linkloop.links.stock.ordering import BaseStock, ReorderPoint
from linkloop.links.stock.simulate import Seen, simulate
from linkloop.links.stock.terms import Floats, Lead, Terms

RNG = np.random.default_rng(7)


class Recorder:
    """Wraps a policy and keeps what it saw and ordered."""

    def __init__(self, policy: Any) -> None:
        self.policy = policy
        self.seen: list[tuple[Any, ...]] = []
        self.ordered: list[Floats] = []

    def order(self, seen: Seen, order: Floats) -> None:
        self.policy.order(seen, order)
        self.seen.append((seen.on_hand.copy(), seen.position.copy(), seen.sold.copy(), seen.short.copy()))
        self.ordered.append(order.copy())


def by_hand(
    demand: list[int], level: int, lead: int, on_hand: int, *, backorders: bool = False
) -> tuple[int, int, int]:
    """(held, short, ordered) of a base-stock policy, in plain Python."""
    shelf, pipe = on_hand, [0] * lead
    held = short = ordered = 0
    for asked in demand:
        if lead:
            shelf += pipe.pop(0)
        wish = max(level - shelf - sum(pipe), 0)
        ordered += wish
        if lead:
            pipe.append(wish)
        else:
            shelf += wish
        if backorders:
            shelf -= asked
            short += max(-shelf, 0)
        else:
            short += max(asked - shelf, 0)
            shelf = max(shelf - asked, 0)
        held += max(shelf, 0)
    return held, short, ordered


@pytest.mark.parametrize("lead", [0, 1, 4])
@pytest.mark.parametrize("backorders", [False, True])
def test_a_path_equals_plain_python(lead: int, backorders: bool) -> None:
    demand = RNG.poisson(5, (60, 3, 2))
    found = simulate(BaseStock(21), demand, Terms(1, 4, backorders), Lead.fixed(lead), on_hand=9)
    for path in range(3):
        for sku in range(2):
            expected = by_hand(demand[:, path, sku].tolist(), 21, lead, 9, backorders=backorders)
            assert (found.held[path, sku], found.short[path, sku], found.ordered[path, sku]) == expected
    assert np.array_equal(found.demanded, demand.sum(axis=0))


def test_backorders_cost_what_stockpyl_says() -> None:
    demand = RNG.poisson(5, 80)
    net = single_stage_system(
        holding_cost=1, stockout_cost=4, shipment_lead_time=2, policy_type="BS", base_stock_level=18,
        demand_type="D", demand_list=demand.tolist(), initial_inventory_level=18,
    )  # fmt: skip
    theirs = simulation(net, 80, rand_seed=1, progress_bar=False)
    # stockpyl orders when it has seen the step's demand: its lead time of 2 is ours of 1.
    terms = Terms(1, 4, backorders=True)
    ours = simulate(BaseStock(18), demand.reshape(-1, 1, 1), terms, Lead.fixed(1), on_hand=18)
    assert ours.cost(terms)[0, 0] == pytest.approx(theirs)


def test_changing_the_future_never_changes_an_order_of_today() -> None:
    demand = RNG.poisson(5, (30, 4, 3))
    other = demand.copy()
    other[17:] = RNG.poisson(40, (13, 4, 3))
    first, second = Recorder(BaseStock(25)), Recorder(BaseStock(25))
    for recorder, path in ((first, demand), (second, other)):
        simulate(recorder, path, Terms(), Lead((0.2, 0.5, 0.3)), on_hand=20, seed=3)
    assert all(np.array_equal(a, b) for a, b in zip(first.ordered[:18], second.ordered[:18], strict=True))
    assert not np.array_equal(first.ordered[18], second.ordered[18])


def test_nothing_that_a_policy_sees_leads_to_the_future_or_can_be_written() -> None:
    demand = RNG.poisson(5, (5, 1, 1)).astype(np.float32)
    reached: list[bool] = []

    class Prying:
        def order(self, seen: Seen, order: Floats) -> None:
            order[...] = 3
            for told in (seen.on_hand, seen.position, seen.sold, seen.short, seen.due(1)):
                reached.append(np.shares_memory(told, demand))
                with pytest.raises(ValueError, match="read-only"):
                    told[...] = 99

    simulate(Prying(), demand, Terms(), Lead.fixed(2))
    assert reached == [False] * 25


def test_blocks_of_paths_do_not_change_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    demand = RNG.poisson(3, (40, 6, 5))
    level = np.arange(8, 13)
    whole = simulate(BaseStock(level), demand, Terms(), Lead.fixed(2), on_hand=4)
    monkeypatch.setattr("linkloop.links.stock.simulate.BLOCK", 5)
    parts = simulate(BaseStock(level), demand, Terms(), Lead.fixed(2), on_hand=4)
    assert all(np.array_equal(a, b) for a, b in zip(whole[1:], parts[1:], strict=True))


def test_the_fast_way_counts_the_same_sales_and_stock() -> None:
    demand = RNG.poisson(5, (1100, 2, 3))
    full = simulate(BaseStock(21), demand, Terms(), Lead.fixed(3), since=10)
    fast = simulate(BaseStock(21), demand, Terms(), Lead.fixed(3), since=10, detail=False)
    assert (full.held == fast.held).all()
    assert (full.short == fast.short).all()
    assert (full.sold == fast.sold).all()
    assert full.steps == 1090


def test_goods_that_expire_leave_the_oldest_first() -> None:
    demand = np.array([1, 0, 0, 0]).reshape(-1, 1, 1)
    found = simulate(
        BaseStock(0), demand, Terms(life=2, waste=5), Lead.fixed(1), on_hand=4, due=np.full((2, 1, 1), 2.0)
    )
    # 4 + 2 lie there in step 0, one is sold; the rest expires at the end of step 1, what came in step 1 after step 2.
    assert (found.wasted.item(), found.held.item()) == (7, 5 + 2 + 0 + 0)
    assert found.cost(Terms(life=2, waste=5)).item() == 7 + 5 * 7


def test_what_is_due_arrives_when_it_is_due() -> None:
    recorder = Recorder(BaseStock(0))
    due = np.array([3.0, 0.0, 5.0]).reshape(3, 1, 1)
    simulate(recorder, np.zeros((4, 1, 1)), Terms(), Lead.fixed(1), due=due)
    assert [float(on_hand.item()) for on_hand, *_ in recorder.seen] == [3, 3, 8, 8]
    assert [float(position.item()) for _, position, *_ in recorder.seen] == [8, 8, 8, 8]


def test_random_lead_times_bring_everything_and_hide_when() -> None:
    demand = np.zeros((40, 2, 2))
    once = ReorderPoint(low=0, high=10)
    found = simulate(once, demand, Terms(), Lead((0.0, 0.5, 0.5), crossing=True), seed=2)
    assert (found.ordered == 10).all()
    assert set(np.unique(40 - found.held / 10)) <= {1.0, 2.0}

    class Asking:
        def order(self, seen: Seen, order: Floats) -> None:
            order[...] = seen.due(1)

    with pytest.raises(LinkloopError, match="random lead times"):
        simulate(Asking(), demand, Terms(), Lead((0.5, 0.5)))


def test_an_order_that_is_no_number_is_refused() -> None:
    class Broken:
        def order(self, seen: Seen, order: Floats) -> None:
            order[...] = np.nan

    with pytest.raises(LinkloopError, match="not a number"):
        simulate(Broken(), np.ones((3, 1, 1)), Terms(), Lead.fixed(1))
