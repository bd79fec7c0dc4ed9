"""Suppliers promise, send and deliver what was ordered, after a gamma lead time; nothing arrives that was not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scipy import stats

from linkloop.commerce.stock import CancelReplenish, Replenish, StockArrived, StockLevel, StockPromised
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim.faults import SupplierStrike
from linkloop.worlds.sim.town import A_MONDAY, Town

NOTHING = Money(0, "CNY")


def order(town: Town, wave: str = "w1", quantity: int = 60, expedite: bool = False, **other: str) -> Receipt:
    """Order 60 of the first product from its own supplier, unless `other` says otherwise."""
    product = town.catalog.products[0]
    fields = {"product_id": product.product_id, "place": "WH-EAST", "supplier_id": product.supplier_id} | other
    action = Replenish(at_risk=NOTHING, wave=wave, quantity=quantity, expedite=expedite, **fields)
    return town.perform(Errand(key=effect_key(action), action=action, decision_id=f"d-{wave}", case_id=f"c-{wave}"))


def cancel(town: Town, wave: str = "w1") -> Receipt:
    """Take that order back."""
    action = CancelReplenish(at_risk=NOTHING, product_id="SKU-001", place="WH-EAST", wave=wave)
    return town.perform(Errand(key=effect_key(action), action=action, decision_id="d", case_id="c"))


def said(town: Town, kind: type, days: float) -> list:
    """What the town says of one class in the next days."""
    until = town.now() + timedelta(days=days)
    return [item for delivery in town.run_until(until) for item in delivery.said if type(item) is kind]


@pytest.fixture
def town() -> Town:
    """A town that sells next to nothing, so that shelves move by deliveries alone."""
    return Town(seed=11, orders_per_day=0.001)


def test_lead_times_are_gamma_with_the_suppliers_mean_and_deviation(town: Town) -> None:
    """Kolmogorov–Smirnov against Gamma(mean²/sd², sd²/mean); the gamma is Burgin's (1975) for lead times."""
    supplier = town.catalog.supplier[town.catalog.products[0].supplier_id]
    for n in range(400):
        assert order(town, f"w{n}").status == "done"
    took = [(e.at - e.ordered_at) / timedelta(days=1) for e in said(town, StockArrived, 20)]
    mean, sd = supplier.lead_time_days, supplier.lead_time_sd_days
    assert len(took) == 400
    assert stats.kstest(took, stats.gamma((mean / sd) ** 2, scale=sd * sd / mean).cdf).pvalue > 0.001


def test_an_order_is_promised_at_once_and_then_arrives_with_its_story(town: Town) -> None:
    list(town.run_until(A_MONDAY))
    before = town.shelves.on_hand[0][0]
    receipt = order(town)
    assert receipt.status == "done"
    until = town.now() + timedelta(minutes=2)
    items = [item for d in town.run_until(until) for item in d.said]
    promised = [item for item in items if isinstance(item, StockPromised)]
    level = [item for item in items if isinstance(item, StockLevel)][-1]
    assert (promised[0].case_id, promised[0].cause_id, promised[0].reference) == ("c-w1", "d-w1", receipt.reference)
    assert (level.on_hand, level.on_order) == (before, 60)
    arrived = said(town, StockArrived, 18)
    assert [(e.quantity, e.case_id, e.cause_id) for e in arrived] == [(60, "c-w1", "d-w1")]
    assert (town.shelves.on_hand[0][0], town.shelves.on_order[0][0]) == (before + 60, 0)


def test_speed_costs_fifteen_percent_and_halves_the_promise(town: Town) -> None:
    slow, fast = order(town, "slow"), order(town, "fast", expedite=True)
    assert slow.cost is not None
    assert fast.cost is not None
    assert fast.cost.amount == slow.cost.amount + round(slow.cost.amount * 0.15)
    promises = said(town, StockPromised, 0.01)
    waits = {e.cause_id: (e.arrives_at - A_MONDAY) / timedelta(days=1) for e in promises}
    supplier = town.catalog.supplier[town.catalog.products[0].supplier_id]
    told = supplier.lead_time_days + 0.5 * supplier.lead_time_sd_days
    assert waits == pytest.approx({"d-slow": told, "d-fast": told / 2})


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"product_id": "SKU-999"}, "unknown product, place or supplier"),
        ({"place": "WH-MOON"}, "unknown product, place or supplier"),
        ({"supplier_id": "SUP-99"}, "unknown product, place or supplier"),
        ({"supplier_id": "SUP-11"}, "SUP-11 does not supply SKU-001"),
    ],
)
def test_what_no_supplier_can_do_is_refused_and_nothing_happens(town: Town, wrong: dict[str, str], detail: str) -> None:
    assert order(town, **wrong) == Receipt(status="refused", detail=detail)
    assert said(town, StockPromised, 1) == []


@pytest.mark.parametrize("quantity", [-5, 0, 23])
def test_fewer_than_the_minimum_is_refused(town: Town, quantity: int) -> None:
    assert order(town, quantity=quantity) == Receipt(status="refused", detail="minimum order is 24 units")
    assert said(town, StockPromised, 1) == []


def test_an_order_that_has_not_left_can_be_taken_back(town: Town) -> None:
    order(town)
    assert len(said(town, StockPromised, 0.01)) == 1
    assert cancel(town).status == "done"
    assert [level.on_order for level in said(town, StockLevel, 0.01)] == [0]
    assert said(town, StockArrived, 18) == []


def test_an_order_taken_back_before_its_promise_is_never_heard_of(town: Town) -> None:
    order(town)
    assert cancel(town).status == "done"
    assert said(town, StockPromised, 18) == []
    assert town.shelves.on_order[0][0] == 0


def test_an_order_that_has_left_cannot_be_taken_back(town: Town) -> None:
    order(town)
    said(town, StockArrived, 18)
    assert cancel(town) == Receipt(status="refused", detail="order has arrived")
    assert cancel(town, "never") == Receipt(status="refused", detail="no such order")


def test_a_strike_moves_the_promise_and_nothing_leaves_before_it_is_over(town: Town) -> None:
    order(town)
    first = said(town, StockPromised, 0.01)[0]
    ends = town.inject(SupplierStrike(supplier_id=first.supplier_id, minutes=8 * 24 * 60))
    again = said(town, StockPromised, 7)
    assert len(again) == 1
    assert again[0].arrives_at > ends > first.arrives_at
    arrived = said(town, StockArrived, 18)
    assert len(arrived) == 1
    assert arrived[0].at > ends


def test_a_strike_that_is_ended_early_lets_go_what_it_held_back_and_once(town: Town) -> None:
    supplier = town.catalog.products[0].supplier_id
    town.inject(SupplierStrike(supplier_id=supplier, minutes=30 * 24 * 60))
    order(town)
    assert said(town, StockArrived, 20) == []
    town.end(1)
    arrived = said(town, StockArrived, 40)
    assert [(e.quantity, e.supplier_id) for e in arrived] == [(60, supplier)]
    assert arrived[0].at < A_MONDAY + timedelta(days=30)
