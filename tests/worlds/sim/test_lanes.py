"""The town's lanes: what it says of its network, and what a change of it does to the next order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkloop.commerce.lanes import Centre, Destination, Lane, Routing
from linkloop.commerce.network import Replan, RevertReplan, RouteMove
from linkloop.commerce.orders import OrderPlaced
from linkloop.commerce.parcels import Parcel
from linkloop.core.action import Errand, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.places import CITIES, NEAREST, WAREHOUSES
from linkloop.worlds.sim.town import A_MONDAY, Town

NONE = Money(0, "CNY")


def errand(action) -> Errand:
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def replan(**fields) -> Replan:
    return Replan(wave=fields.pop("wave", "2026-W10"), saves=NONE, at_risk=NONE, **fields)


def said(town: Town, hours: float, kind: type) -> list:
    until = town.now() + timedelta(hours=hours)
    return [word for delivery in town.run_until(until) for word in delivery.said if isinstance(word, kind)]


def test_the_opening_tells_the_network() -> None:
    town = Town(seed=3, orders_per_day=400)
    (first, *_) = list(town.run_until(A_MONDAY))
    lanes = [row for row in first.said if isinstance(row, Lane)]
    assert len([row for row in lanes if row.kind == "delivery"]) == len(CITIES) * len(WAREHOUSES)
    assert len([row for row in lanes if row.kind == "transfer"]) == len(WAREHOUSES) * (len(WAREHOUSES) - 1)
    assert {row.destination for row in first.said if isinstance(row, Destination)} == {city.name for city in CITIES}
    assert {row.parcels_per_day for row in first.said if isinstance(row, Centre)} == {600}
    routed = {row.destination: row.place for row in first.said if isinstance(row, Routing)}
    assert routed == {city.name: WAREHOUSES[NEAREST[c][0]].place for c, city in enumerate(CITIES)}
    assert all(row.transit_days < row.promise_days for row in lanes if row.kind == "delivery")


def test_a_city_that_moves_is_served_from_its_new_warehouse_and_back() -> None:
    town = Town(seed=3, orders_per_day=400)
    said(town, 1, OrderPlaced)
    move = RouteMove("上海", "WH-EAST", "WH-NORTH")
    assert town.perform(errand(replan(moves=(move,)))).status == "done"
    assert said(town, 0, Routing) == [Routing(destination="上海", place="WH-NORTH")]
    origins = [row.origin for row in said(town, 10, Parcel) if row.destination == "上海" and row.status == "packed"]
    assert origins.count("WH-NORTH") > 0.8 * len(origins) > 0
    assert town.perform(errand(RevertReplan(wave="2026-W10", moves=(move,), at_risk=NONE))).status == "done"
    assert said(town, 0, Routing) == [Routing(destination="上海", place="WH-EAST")]


def test_a_warehouse_that_closes_gets_no_more_orders() -> None:
    town = Town(seed=3, orders_per_day=400)
    said(town, 1, OrderPlaced)
    town.perform(errand(replan(closes=("WH-SOUTH",))))
    (centre,) = said(town, 0, Centre)
    assert (centre.place, centre.state) == ("WH-SOUTH", "closed")
    assert "WH-SOUTH" not in {order.place for order in said(town, 8, OrderPlaced)}


@pytest.mark.parametrize(
    "fields",
    [
        {"moves": (RouteMove("Atlantis", "WH-EAST", "WH-NORTH"),)},
        {"moves": (RouteMove("上海", "WH-EAST", "WH-MOON"),)},
        {"closes": ("WH-EAST", "WH-SOUTH", "WH-NORTH")},
    ],
)
def test_what_is_not_there_or_leaves_nothing_open_is_refused_and_nothing_changes(fields) -> None:
    town = Town(seed=3, orders_per_day=400)
    said(town, 1, OrderPlaced)
    assert town.perform(errand(replan(**fields))).status == "refused"
    assert said(town, 0, Routing) == []
    assert town.perform(errand(RevertReplan(wave="2026-W10", at_risk=NONE))).status == "refused"
