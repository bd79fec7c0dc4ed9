"""What is injected shows, ends, and is refused when it makes no sense."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import inf, nan

import msgspec
import pytest

from linkloop.commerce.customers import Browsed
from linkloop.commerce.orders import OrderPlaced
from linkloop.core.errors import Refused
from linkloop.worlds.sim.faults import (
    DemandSpike,
    Fault,
    Festival,
    LostReceipts,
    PaymentFault,
    SupplierStrike,
    Typhoon,
)
from linkloop.worlds.sim.festival import festival_factor
from linkloop.worlds.sim.town import Town


def _noon(seed: int = 3) -> Town:
    town = Town(seed=seed)
    list(town.run_until(town.now() + timedelta(hours=12)))
    return town


def _units(town: Town, hours: float) -> Counter[str]:
    until = town.now() + timedelta(hours=hours)
    lines = [n for d in town.run_until(until) for e in d.said if isinstance(e, OrderPlaced) for n in e.lines]
    units: Counter[str] = Counter()
    for line in lines:
        units[line.product_id] += line.quantity
    return units


def test_a_spike_lifts_one_product_and_leaves_the_others() -> None:
    calm, busy = _noon(), _noon()
    product = max(calm.catalog.products, key=lambda p: calm.catalog.weights[calm.catalog.number[p.product_id]])
    busy.inject(DemandSpike(product_id=product.product_id, factor=5, minutes=240))
    usual, lifted = _units(calm, 4), _units(busy, 4)
    assert lifted[product.product_id] > 3.5 * usual[product.product_id]
    others = usual.total() - usual[product.product_id]
    assert lifted.total() - lifted[product.product_id] == pytest.approx(others, rel=0.25)


def test_a_festival_brings_visits_and_ends() -> None:
    def visits(town: Town) -> int:
        until = town.now() + timedelta(hours=1)
        return sum(isinstance(item, Browsed) for d in town.run_until(until) for item in d.said)

    calm, busy = _noon(), _noon()
    busy.inject(Festival(factor=3.0, minutes=60))
    assert visits(busy) == pytest.approx(3 * visits(calm), rel=0.1)
    assert [fault.fault for fault in busy.status().troubles] == []
    assert visits(busy) == pytest.approx(visits(calm), rel=0.15)


def test_double_eleven_is_in_the_calendar() -> None:
    assert festival_factor(date(2026, 11, 11)) == 6.0
    assert festival_factor(date(2026, 6, 18)) == 4.0
    assert festival_factor(date(2026, 5, 5)) == 1.0


def test_the_status_names_the_troubles_that_are_on() -> None:
    town = Town(seed=1, orders_per_day=10)
    fault = PaymentFault(provider="card", minutes=30)
    until = town.inject(fault)
    assert until == town.now() + timedelta(minutes=30)
    assert [(t.fault, t.until) for t in town.status().troubles] == [(fault, until)]
    list(town.run_until(until))
    assert town.status().troubles == ()


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        (DemandSpike(product_id="SKU-000"), "product_id"),
        (DemandSpike(product_id="SKU-001", factor=nan), "factor"),
        (DemandSpike(product_id="SKU-001", factor=0), "factor"),
        (Festival(factor=inf), "factor"),
        (Festival(minutes=0), "minutes"),
        (PaymentFault(provider="paypal"), "provider"),
        (PaymentFault(provider="card", success_rate=1.1), "success_rate"),
        (PaymentFault(provider="card", error=""), "error"),
        (Typhoon(region="火星"), "region"),
        (SupplierStrike(supplier_id="SUP-00"), "supplier_id"),
        (LostReceipts(share=nan), "share"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_disturbed(fault: Fault, where: str) -> None:
    town = Town(seed=1, orders_per_day=10)
    with pytest.raises(Refused) as refused:
        town.inject(fault)
    assert (refused.value.code, refused.value.where) == ("sim.fault", where)
    assert town.status().troubles == ()
    assert town.demand.weights == town.catalog.weights


def test_faults_travel_as_json_by_their_names() -> None:
    wire = b'{"type":"Typhoon","region":"\xe5\x8d\x8e\xe5\x8d\x97","minutes":60}'
    assert msgspec.json.decode(wire, type=Fault) == Typhoon(region="华南", minutes=60)


def test_a_trouble_ended_before_its_time_leaves_the_town_as_well_as_it_was() -> None:
    town = _noon()
    weights = list(town.demand.weights)
    day = date(2026, 3, 2)
    usual = town.demand.factor(day)
    supplier = town.catalog.suppliers[0].supplier_id
    for fault in (
        DemandSpike(product_id="SKU-001", factor=5.0),
        Festival(factor=2.0),
        PaymentFault(provider="card"),
        Typhoon(region="华南"),
        SupplierStrike(supplier_id=supplier),
        LostReceipts(),
    ):
        town.inject(fault)
    assert [t.number for t in town.status().troubles] == [1, 2, 3, 4, 5, 6]
    for number in range(1, 7):
        town.end(number)
    assert town.status().troubles == ()
    assert [(t.number, t.until) for t in town.status().troubles_over] == [(n, town.now()) for n in range(1, 7)]
    assert (town.demand.weights, town.demand.factor(day)) == (weights, usual)
    assert (town.payments.breakdowns, town.suppliers.strikes, town.errands.trouble) == ({}, {}, None)
    assert town.weather.sky["华南"] == "rain"
    list(town.run_until(town.now() + timedelta(days=2)))  # what was planned as their ends finds nothing to end
    assert town.demand.weights == weights


def test_only_the_named_trouble_ends_and_another_of_its_kind_goes_on() -> None:
    town = Town(seed=1, orders_per_day=10)
    town.inject(PaymentFault(provider="card", success_rate=0.5, minutes=60))
    town.inject(PaymentFault(provider="card", success_rate=0.1, minutes=30))
    town.inject(DemandSpike(product_id="SKU-001", factor=4.0))
    town.inject(DemandSpike(product_id="SKU-001", factor=4.0))
    town.inject(Typhoon(region="华东", minutes=600))
    town.inject(Typhoon(region="华东", minutes=60))
    town.end(2)
    assert town.payments.breakdowns["card"].success_rate == 0.5
    town.end(3)
    assert town.demand.weights[0] == pytest.approx(4.0 * town.catalog.weights[0])
    town.end(6)
    assert town.weather.sky["华东"] == "typhoon"
    assert [t.number for t in town.status().troubles] == [1, 4, 5]


def test_what_is_not_on_cannot_be_ended_and_nothing_changes() -> None:
    town = Town(seed=1, orders_per_day=10)
    town.inject(Festival(factor=2.0, minutes=60))
    before = town.status()
    with pytest.raises(Refused) as refused:
        town.end(2)
    assert (refused.value.code, refused.value.where) == ("sim.trouble", "number")
    assert town.status() == before
    list(town.run_until(town.now() + timedelta(hours=2)))
    with pytest.raises(Refused, match=r"sim\.trouble"):
        town.end(1)


def test_the_town_remembers_the_last_twenty_troubles() -> None:
    town = Town(seed=1, orders_per_day=10)
    for number in range(1, 26):
        town.inject(Festival(factor=1.1, minutes=60))
        town.end(number)
    assert [t.number for t in town.status().troubles_over] == list(range(6, 26))
