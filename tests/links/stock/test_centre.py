"""A shop with a centre and fronts: what goes where, what waits, and who orders for all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import Forecast
from linkloop.commerce.stock import Place, Replenish, StockLevel, Transfer
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.demand.model import PathsModel
from linkloop.links.stock import centre, link
from linkloop.links.stock.model import Future
from tests.links.context import MemoryShop, actions, decisions
from tests.links.stock.test_policy import CLOSED, TODAY

PACE = {"rdc": 4.0, "hz": 10.0, "sh": 5.0}


def forecasts(product: str) -> list[Forecast]:
    half = {place: 1.645 * pace**0.5 for place, pace in PACE.items()}
    return [
        Forecast(
            product_id=product, place=place, day=(date.fromisoformat(TODAY) + timedelta(days=n)).isoformat(),
            made_on=TODAY, mean=pace, q05=pace - half[place], q10=pace - half[place] * 0.78,
            q25=pace - half[place] * 0.41, q50=pace, q75=pace + half[place] * 0.41, q90=pace + half[place] * 0.78,
            q95=pace + half[place],
        )
        for place, pace in PACE.items() for n in range(1, 29)
    ]  # fmt: skip


def shop(stock: dict[str, dict[str, int]], *more: Table, inbound: int = 0, joint: bool = True) -> MemoryShop:
    rows: list[Table] = [
        Place(place="rdc", latitude=30.2, longitude=120.2),
        Place(place="hz", latitude=30.3, longitude=120.3, centre="rdc", inbound_units=inbound),
        Place(place="sh", latitude=31.2, longitude=121.5, centre="rdc"),
        Supplier(supplier_id="s1", lead_time_days=8, lead_time_sd_days=1, case_pack_units=4),
    ]
    for product, levels in stock.items():
        rows.append(Product(product_id=product, price=Money(9000, "CNY"), cost=Money(6000, "CNY"), supplier_id="s1"))
        rows += [StockLevel(product_id=product, place=place, on_hand=units) for place, units in levels.items()]
        rows += [row for row in forecasts(product) if row.place in levels]
    given = MemoryShop(link, [*rows, *more])
    if joint:
        given.matrix.register(PathsModel())
    return given


def night(given: MemoryShop) -> tuple[list[Transfer], list[Replenish]]:
    said = actions(given.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, case_id="night", id="e1")))
    return [one for one in said if isinstance(one, Transfer)], [one for one in said if isinstance(one, Replenish)]


@pytest.mark.parametrize("joint", [True, False])
def test_a_centre_with_plenty_fills_its_fronts_for_the_days_until_it_can_again(joint: bool) -> None:
    moves, orders = night(shop({"p1": {"rdc": 400, "hz": 12, "sh": 0}}, joint=joint))
    assert [(move.from_place, move.to_place) for move in moves] == [("rdc", "hz"), ("rdc", "sh")]
    for move, there in zip(moves, (12, 0), strict=True):
        days = 4.0 + (0.1 if move.to_place == "hz" else 0.3)
        needs = PACE[move.to_place] * days
        assert needs - there < move.quantity < needs * 1.6 - there + 4
        assert move.at_risk == Money(6000 * move.quantity, "CNY")
        assert move.wave == TODAY
    assert orders == []  # 412 units last three weeks


def test_a_scarce_centre_sends_where_the_next_unit_is_most_likely_asked_for() -> None:
    moves, _ = night(shop({"p1": {"rdc": 30, "hz": 0, "sh": 60}}))
    (move,) = moves
    assert move.to_place == "hz"
    assert 0 < move.quantity <= 30


def test_a_front_takes_no_more_a_day_than_it_can_over_all_products() -> None:
    stock = {name: {"rdc": 300, "hz": 0, "sh": 0} for name in ("p1", "p2", "p3")}
    free, _ = night(shop(stock))
    tight, _ = night(shop(stock, inbound=30))
    to_hz = [move.quantity for move in free if move.to_place == "hz"]
    assert sum(to_hz) > 100
    assert 20 < sum(move.quantity for move in tight if move.to_place == "hz") <= 30
    assert [m.quantity for m in tight if m.to_place == "sh"] == [m.quantity for m in free if m.to_place == "sh"]


def test_the_centre_orders_for_its_fronts_and_they_order_nothing() -> None:
    given = shop({"p1": {"rdc": 40, "hz": 30, "sh": 20}}, joint=False)
    said = decisions(given.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, id="e1")))
    (order,) = [one for one in actions(said) if isinstance(one, Replenish)]
    assert order.place == "rdc"
    variance = sum(max((3.29 * pace**0.5 / 3.29) ** 2, pace) for pace in PACE.values())
    target = Future(19 * 15, 15 * variance + 19**2 * 1).quantile(0.97)
    assert order.quantity == pytest.approx(target - 90, abs=5)


def test_joint_futures_of_all_places_are_added_up_for_the_order() -> None:
    _, (joint,) = night(shop({"p1": {"rdc": 140, "hz": 30, "sh": 20}}))
    _, (alone,) = night(shop({"p1": {"rdc": 140, "hz": 30, "sh": 20}}, joint=False))
    assert joint.place == "rdc"
    assert joint.quantity == pytest.approx(alone.quantity, rel=0.15)
    # What is sold out before anything can come is lost, and not ordered any more.
    _, (late,) = night(shop({"p1": {"rdc": 40, "hz": 30, "sh": 20}}))
    assert joint.quantity < late.quantity < joint.quantity + 60


def test_a_trickle_waits_for_tomorrow() -> None:
    moves, _ = night(shop({"p1": {"rdc": 400, "hz": 60, "sh": 29}}))
    assert moves == []


def test_a_front_whose_centre_has_never_held_the_product_orders_for_itself() -> None:
    _, orders = night(shop({"p1": {"hz": 5, "sh": 200}}))
    assert [order.place for order in orders] == ["hz"]


def test_who_supplies_others_is_no_front_and_nobody_supplies_himself() -> None:
    odd = [Place(place="a", centre="b"), Place(place="b", centre="c"), Place(place="c"), Place(place="d", centre="d")]
    assert centre.fronts_of(MemoryShop(link, odd)) == {"b": "c"}


def test_the_same_night_moves_the_same_bytes() -> None:
    def bytes_of(given: MemoryShop) -> bytes:
        return msgspec.json.encode(given.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, id="e1")))

    stock: dict[str, Any] = {"p1": {"rdc": 60, "hz": 3, "sh": 4}, "p2": {"rdc": 9, "hz": 3, "sh": 4}}
    assert bytes_of(shop(stock)) == bytes_of(shop(stock))
