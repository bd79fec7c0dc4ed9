"""Lorries move goods between the town's warehouses: nothing is lost, nothing is moved twice, and it can be kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkloop.commerce.stock import CancelTransfer, StockLevel, Transfer
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.places import apart
from linkloop.worlds.sim.town import Town

NOTHING = Money(0, "CNY")
WAY = {"product_id": "SKU-001", "from_place": "WH-EAST", "to_place": "WH-SOUTH", "wave": "w1"}


def move(town: Town, quantity: int = 2, **other: str) -> Receipt:
    action = Transfer(at_risk=NOTHING, quantity=quantity, **(WAY | other))
    return town.perform(Errand(key=effect_key(action), action=action, decision_id="d", case_id="c"))


def keep(town: Town) -> Receipt:
    action = CancelTransfer(at_risk=NOTHING, **WAY)
    return town.perform(Errand(key=effect_key(action), action=action, decision_id="d", case_id="c"))


def said(town: Town, days: float) -> list[StockLevel]:
    until = town.now() + timedelta(days=days)
    return [row for each in town.run_until(until) for row in each.said if isinstance(row, StockLevel)]


@pytest.fixture
def town() -> Town:
    """A town that sells next to nothing, so that shelves move by lorries alone."""
    return Town(seed=11, orders_per_day=0.001)


def test_goods_leave_one_shelf_and_come_to_the_other(town: Town) -> None:
    east, south, _ = town.shelves.on_hand[0]
    list(said(town, 0.01))
    receipt = move(town)
    assert receipt.status == "done"
    assert town.shelves.on_hand[0][:2] == [east - 2, south]
    assert town.shelves.on_order[0][:2] == [0, 2]
    rows = [(row.place, row.on_hand, row.on_order) for row in said(town, 5)]
    assert rows == [
        ("WH-EAST", east - 2, 0), ("WH-SOUTH", south, 2), ("WH-EAST", east - 2, 0), ("WH-SOUTH", south + 2, 0),
    ]  # fmt: skip


def test_the_way_takes_as_long_as_it_is_far(town: Town) -> None:
    assert apart(0, 1) == pytest.approx(1190, abs=30)  # Kunshan to Guangzhou
    move(town)
    said(town, 0.25 + 0.79 * apart(0, 1) / 600)
    assert town.shelves.on_order[0][1] == 2
    said(town, 0.42 * apart(0, 1) / 600)
    assert town.shelves.on_order[0][1] == 0


def test_what_has_not_left_can_be_kept_and_what_has_cannot(town: Town) -> None:
    before = [list(row) for row in town.shelves.on_hand]
    move(town)
    assert keep(town).status == "done"
    assert town.shelves.on_hand == before
    assert town.shelves.on_order[0] == [0, 0, 0]
    other = Town(seed=11, orders_per_day=0.001)
    move(other)
    said(other, 0.3)
    assert keep(other) == Receipt(status="refused", detail="load has left")
    said(other, 5)
    assert other.shelves.on_hand[0][1] == before[0][1] + 2


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"product_id": "nobody"}, "unknown product or place, or the same place"),
        ({"to_place": "WH-EAST"}, "unknown product or place, or the same place"),
        ({"from_place": "moon"}, "unknown product or place, or the same place"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_happens(town: Town, changed: dict[str, str], detail: str) -> None:
    before = [list(row) for row in town.shelves.on_hand]
    assert move(town, **changed) == Receipt(status="refused", detail=detail)
    assert move(town, 10_000_000, wave="w9").status == "refused"
    assert town.shelves.on_hand == before


def test_the_same_wave_moves_once(town: Town) -> None:
    first, east = move(town), town.shelves.on_hand[0][0]
    assert move(town) == first
    assert town.shelves.on_hand[0][0] == east
