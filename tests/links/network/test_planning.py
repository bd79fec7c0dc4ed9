"""The network as it runs and at best: beside brute force, proven, proposed only where it pays; and what if."""

from __future__ import annotations

from itertools import product as every
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest

from linkloop.commerce.lanes import Lane
from linkloop.commerce.network import (
    LaneChange,
    NetworkArc,
    NetworkCategory,
    NetworkCentre,
    NetworkFigures,
    NetworkOutlook,
    NetworkPlan,
    NetworkWhatIf,
    NewCentre,
    Replan,
)
from linkloop.commerce.time import DayClosed
from linkloop.core.errors import Refused
from linkloop.links.network import categories, layout, link, planning
from linkloop.links.network.whatif import WhatIfModel
from tests.links.context import MemoryShop, actions, decisions, of_kind
from tests.links.network.shop_rows import CITIES, DAY, NEAREST, SUNDAY, cny, shop


def closed(rows: list[Any]) -> tuple[MemoryShop, list[Any]]:
    memory = MemoryShop(link, rows)
    return memory, memory.hear(DayClosed(at=SUNDAY, shop="s", day=DAY, case_id="night"))


def network(*, fixed: float = 2000.0, capacity: float = np.inf, seed: int = 0, m: int = 4, n: int = 6,
            days: int = 3) -> layout.Network:  # fmt: skip
    draw = np.random.default_rng(seed)
    source, target = (part.ravel() for part in np.meshgrid(np.arange(m), np.arange(n), indexing="ij"))
    far = draw.uniform(50, 2000, m * n)
    return layout.Network(
        tuple(f"w{i}" for i in range(m)), tuple(f"c{j}" for j in range(n)),
        layout.Economy("CNY", 9000.0, 3000.0, 1.5, 1.0), np.full(m, fixed), np.full(m, capacity), np.full(m, 1e5),
        np.full(m, 5e4), np.ones(m, bool), source, target, ("courier",) * (m * n), far, 300 + 0.5 * far,
        draw.uniform(0, 0.2, m * n), draw.uniform(0, 0.1, m * n), np.stack([far / 900, far / 700, far / 400], 1),
        np.full(m * n, np.inf), draw.integers(1, 20, (days, n)).astype(float),
        np.array([int(source[target == j][far[target == j].argmin()]) for j in range(n)]),
    )  # fmt: skip


def by_trying(net: layout.Network) -> float:
    """The least cost over every set of open places, each day solved by a plain linear program."""
    from scipy.optimize import linprog

    least = np.inf
    for kept in every([False, True], repeat=len(net.places)):
        opened = np.array(kept)
        total = net.fixed[opened].sum() + net.holding(net.pooled(int(opened.sum())))
        for demand in net.demand:
            count = len(net.source)
            into = np.zeros((len(demand), count + len(demand)))
            into[net.target, np.arange(count)] = 1
            into[np.arange(len(demand)), count + np.arange(len(demand))] = 1
            out = np.zeros((len(net.places), count + len(demand)))
            out[net.source, np.arange(count)] = 1
            cap = np.where(opened, np.minimum(net.capacity, 1e9), 0.0)
            cost = np.concatenate([net.unit, np.full(len(demand), net.lost)])
            total += linprog(cost, out, cap, into, demand, method="highs").fun / len(net.demand)
        least = min(least, total)
    return least


@pytest.mark.parametrize(("fixed", "capacity"), [(500.0, np.inf), (8000.0, np.inf), (3000.0, 25.0), (20_000.0, 40.0)])
def test_the_best_plan_is_the_one_that_trying_every_set_of_places_finds_and_it_is_proven(fixed, capacity) -> None:
    net = network(fixed=fixed, capacity=capacity)
    plan = planning.best(net)
    assert plan.cost == pytest.approx(by_trying(net), rel=1e-5)
    assert plan.bound <= plan.cost
    assert plan.gap < 1e-4
    assert plan.cost == pytest.approx(sum(plan.costs.values()))
    assert set(np.flatnonzero(plan.flow)) <= set(np.flatnonzero(plan.open[net.source]))


def test_a_warm_start_gives_the_same_plan_and_the_same_bytes_twice() -> None:
    net = network(fixed=6000.0, capacity=40.0, seed=4)
    cold = planning.best(net)
    warm = planning.best(net, start=cold)
    assert warm.cost == pytest.approx(cold.cost, rel=1e-5)
    again = planning.best(net)
    assert again.flow.tobytes() == cold.flow.tobytes()


def test_what_nobody_can_send_is_told_and_costs_more_than_any_way() -> None:
    net = network(capacity=5.0)
    plan = planning.best(net)
    assert plan.lost.sum() == pytest.approx(net.demand.sum(axis=1).mean() - 20.0)
    assert net.lost > net.unit.max()


def test_a_category_lies_where_trying_every_set_is_cheapest_and_pools_when_stock_is_dear() -> None:
    net = network()
    unit, wanted = categories.per_unit(net), np.array([3.0, 1.0, 0.0, 2.0, 5.0, 1.0])
    many = categories.place(wanted, unit, np.arange(4), 0.0)
    assert many.cost == pytest.approx(float((wanted * unit.min(axis=0)).sum()))
    one = categories.place(wanted, unit, np.arange(4), 1e6)
    assert len(one.kept) == 1
    assert one.units[list(one.kept)].sum() == pytest.approx(wanted.sum())
    assert one.safety < many.safety


def test_a_night_says_the_network_as_it_runs_and_at_best() -> None:
    _, said = closed(shop())
    present, best = of_kind(said, NetworkPlan)
    assert (present.plan, best.plan, present.made_on) == ("present", "best", DAY)
    assert present.parcels_per_day == pytest.approx(sum(weight for _, weight in CITIES) + 6 * 13 / 14, abs=0.001)
    assert present.centres == ("E", "N", "S")
    assert best.gap < 1e-4
    assert best.bound <= best.cost.amount + 1 <= present.cost.amount + 1
    assert best.cost.amount == pytest.approx(sum(best.costs.values()), abs=3)
    assert present.demand["上海"][-1] == 8.0
    arcs = [arc for arc in of_kind(said, NetworkArc) if arc.plan == "present"]
    assert {arc.destination: arc.origin for arc in arcs} == NEAREST
    assert sum(arc.parcels_per_day for arc in arcs) == pytest.approx(present.parcels_per_day, abs=0.01)
    assert {row.place: row.open for row in of_kind(said, NetworkCentre) if row.plan == "present"} == dict.fromkeys(
        "ENS", True
    )
    assert {(row.category, row.made_on) for row in of_kind(said, NetworkCategory)} == {("cups", DAY)}


def test_a_destination_that_is_badly_served_is_proposed_to_move_once_a_week_and_a_person_decides() -> None:
    memory, said = closed(shop({**NEAREST, "上海": "N", "杭州": "N"}, fixed=0))
    (replan,) = actions(said)
    assert isinstance(replan, Replan)
    assert replan.wave == "2026-W13"
    moves = {move.destination: (move.from_place, move.to_place) for move in replan.moves}
    assert moves["上海"] == ("N", "E")
    assert replan.saves.amount > 0
    assert replan.at_risk.amount > 0
    (decision,) = decisions(said)
    assert [option.chosen for option in decision.alternatives] == [True, False]
    monday = DayClosed(at=SUNDAY.replace(day=30), shop="s", day="2026-03-30", case_id="night2")
    assert decisions(memory.hear(monday)) == []


def test_what_saves_less_than_it_costs_is_left_alone() -> None:
    rows = [
        msgspec.structs.replace(row, per_parcel=cny(50_000))
        if isinstance(row, Lane) and row.kind == "transfer"
        else row
        for row in shop({**NEAREST, "武汉": "S"}, fixed=0)
    ]
    _, said = closed(rows)
    assert of_kind(said, NetworkPlan)
    assert decisions(said) == []


def test_a_shop_without_lanes_or_orders_says_nothing_of_its_network() -> None:
    assert closed([row for row in shop() if not isinstance(row, Lane)])[1] == []
    assert closed(shop(days=0))[1] == []


class Compared(NamedTuple):
    """An answer with its three networks."""

    outlook: NetworkOutlook
    before: NetworkFigures
    kept: NetworkFigures
    after: NetworkFigures


def figures_of(found: NetworkFigures | None) -> NetworkFigures:
    assert found is not None
    return found


def what_if(memory: MemoryShop, **changes: Any) -> Compared:
    found = WhatIfModel().answer_at(NetworkWhatIf(**changes), 0, memory.read).value
    return Compared(found, *map(figures_of, (found.before, found.kept, found.after)))


@pytest.fixture(scope="module")
def night() -> MemoryShop:
    return closed(shop(fixed=0))[0]


def test_a_closed_place_costs_more_and_its_parcels_go_another_way(night) -> None:
    found = what_if(night, closed=("S",))
    assert found.after.cost > found.before.cost
    assert found.before.cost <= found.kept.cost + 1
    assert {arc.origin for arc in found.after.arcs} == {"E", "N"}
    assert found.after.promise_days > found.before.promise_days
    assert found.outlook.gap < 1e-4
    assert sum(found.after.centres.values()) == pytest.approx(sum(found.before.centres.values()), abs=0.1)


def test_nothing_changed_is_the_same_network(night) -> None:
    found = what_if(night)
    assert found.kept.costs == found.before.costs
    assert found.kept.arcs == found.before.arcs


def test_lanes_a_fifth_dearer_cost_a_fifth_more_freight_at_most(night) -> None:
    found = what_if(night, lanes=(LaneChange(cost_times=1.2),))
    assert found.kept.costs["freight"] == pytest.approx(1.2 * found.before.costs["freight"], rel=1e-3)
    assert found.after.cost <= found.kept.cost + 1


def test_a_new_place_in_the_west_takes_chengdu_over_and_shortens_its_way(night) -> None:
    found = what_if(night, opened=(NewCentre("W", 30.6, 104.0),))
    assert "成都" in found.outlook.moved
    (west,) = [arc for arc in found.after.arcs if arc.destination == "成都"]
    (was,) = [arc for arc in found.before.arcs if arc.destination == "成都"]
    assert west.origin == "W"
    assert west.days < was.days
    dear = what_if(night, opened=(NewCentre("W", 30.6, 104.0, fixed_per_day=10_000_000),))
    assert "W" not in dear.after.centres


def test_a_typhoon_holds_up_what_goes_to_and_from_its_region(night) -> None:
    found = what_if(night, typhoon=("华南",))
    days = {arc.destination: arc.days for arc in found.kept.arcs}
    was = {arc.destination: arc.days for arc in found.before.arcs}
    assert days["广州"] > was["广州"] + 1
    assert days["北京"] == was["北京"]
    assert found.kept.on_time < found.before.on_time


def test_twice_the_demand_is_twice_the_load(night) -> None:
    found = what_if(night, demand_times=2.0)
    assert sum(found.kept.centres.values()) == pytest.approx(2 * sum(found.before.centres.values()), abs=0.1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closed": ("X",)}, "closed"),
        ({"closed": ("E", "S", "N")}, "closed"),
        ({"opened": (NewCentre("E", 30.0, 100.0),)}, "opened"),
        ({"opened": (NewCentre("W", 95.0, 100.0),)}, "opened"),
        ({"lanes": (LaneChange(origin="X"),)}, "lanes"),
        ({"lanes": (LaneChange(destination="X"),)}, "lanes"),
        ({"lanes": (LaneChange(cost_times=-1.0),)}, "lanes"),
        ({"demand_times": 0.0}, "demand_times"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_its_field(night, changes, field) -> None:
    with pytest.raises(Refused) as caught:
        what_if(night, **changes)
    assert (caught.value.code, caught.value.where) == ("network.asked", field)


def test_before_a_plan_there_is_nothing_to_compare() -> None:
    found = WhatIfModel().answer_at(NetworkWhatIf(), 0, MemoryShop(link, shop()).read)
    assert found.value == NetworkOutlook(made_on="")
