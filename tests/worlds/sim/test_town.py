"""The town as a whole: reproducible to the byte, its stock and orders add up, time is said as events."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.commerce.catalog import Product
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.customers import Browsed
from linkloop.commerce.orders import Order, OrderPlaced, OrderReturned
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.stock import CancelReplenish, Place, Replenish, StockArrived, StockLevel
from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.core.action import Action, Errand, effect_key
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from linkloop.worlds.sim.faults import DemandSpike, Fault, Festival, PaymentFault, SupplierStrike, Typhoon
from linkloop.worlds.sim.running import SAYS
from linkloop.worlds.sim.town import A_MONDAY, Town
from tests.worlds.sim.conftest import Lived

NOTHING = Money(0, "CNY")


def errand(action: Action) -> Errand:
    """An errand as an engine would send it."""
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def wire(deliveries: list[Delivery]) -> bytes:
    """All that was said, as bytes."""
    return b"\n".join(
        msgspec.json.encode((d.source, d.external_id, [(type(item).__name__, item) for item in d.said]))
        for d in deliveries
    )


def replenish(town: Town, product: int, place: str, wave: str, quantity: int) -> Replenish:
    """An order that the product's own supplier accepts."""
    goods = town.catalog.products[product]
    return Replenish(at_risk=NOTHING, product_id=goods.product_id, place=place, wave=wave, quantity=quantity,
                     supplier_id=goods.supplier_id)  # fmt: skip


def test_the_same_seed_says_the_same_bytes_and_another_seed_other_ones() -> None:
    until = A_MONDAY + timedelta(days=1)
    first, second, other = (wire(list(Town(seed, 200).run_until(until))) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_it_makes_no_difference_in_which_slices_time_passes() -> None:
    whole, sliced = Town(3, 200), Town(3, 200)
    until = A_MONDAY + timedelta(hours=30)
    pieces: list[Delivery] = []
    moment = A_MONDAY
    while moment < until:
        moment = min(moment + timedelta(minutes=37, microseconds=11), until)
        pieces += sliced.run_until(moment)
    assert wire(list(whole.run_until(until))) == wire(pieces)


def test_errands_of_one_moment_may_come_in_any_order() -> None:
    def live(backwards: bool) -> bytes:
        town = Town(4, 100)
        said = list(town.run_until(A_MONDAY + timedelta(hours=15)))
        paid = [p for p in town.shoppers.book.values() if p.status == "paid"][:5]
        actions: list[Action] = [replenish(town, n, "WH-EAST", "w", 60) for n in range(10)]
        actions += [
            Compensate(at_risk=NOTHING, order_id=p.order_id, customer_id=p.person.customer_id, cause="late",
                       amount=Money(100, "CNY")) for p in paid
        ]  # fmt: skip
        for action in reversed(actions) if backwards else actions:
            assert town.perform(errand(action)).status == "done"
        return wire(said + list(town.run_until(A_MONDAY + timedelta(days=4))))

    assert live(False) == live(True)


def test_the_opening_says_places_suppliers_products_and_stock() -> None:
    opening, *_ = Town(1, 10).run_until(A_MONDAY)
    assert (opening.source, opening.external_id) == ("sim:town", "opening")
    kinds = Counter(type(item) for item in opening.said)
    assert (kinds[Place], kinds[Product], kinds[StockLevel]) == (3, 120, 360)
    assert not [item for item in opening.said if isinstance(item, Event)]


def test_every_minute_and_every_day_of_the_shop_is_said_once(lived: Lived) -> None:
    minutes = [event.at for event in lived.said(MinutePassed)]
    assert minutes == [A_MONDAY + timedelta(minutes=n) for n in range(1, 12 * 1440 + 1)]
    days = lived.said(DayClosed)
    assert [event.day for event in days] == [f"2026-03-{day:02d}" for day in range(2, 14)]
    zone = ZoneInfo("Asia/Shanghai")
    assert all(event.at.astimezone(zone).time().isoformat() == "00:00:00" for event in days)


def test_a_day_closes_when_clocks_change() -> None:
    """29 March 2026 has 23 hours in Berlin."""
    town = Town(1, 1, start=datetime.fromisoformat("2026-03-29T00:00:00+01:00"), zone="Europe/Berlin")
    said = [e for d in town.run_until(town.now() + timedelta(hours=48)) for e in d.said if isinstance(e, DayClosed)]
    assert [(e.day, e.at.isoformat()) for e in said] == [
        ("2026-03-29", "2026-03-29T22:00:00+00:00"),
        ("2026-03-30", "2026-03-30T22:00:00+00:00"),
    ]


def test_deliveries_come_in_order_of_time_and_no_id_twice(lived: Lived) -> None:
    ids = Counter((d.source, d.external_id) for d in lived.deliveries)
    assert set(ids.values()) == {1}
    last = A_MONDAY
    for delivery in lived.deliveries:
        events = [item for item in delivery.said if isinstance(item, Event)]
        if events and not isinstance(events[0], Browsed):  # a tracker's batch tells of the minute that ended
            assert events[-1].at >= last
            last = events[-1].at


def test_the_town_says_only_what_it_declares_and_leaves_the_logs_fields_to_the_log(lived: Lived) -> None:
    kinds = {type(item) for delivery in lived.deliveries for item in delivery.said}
    assert kinds <= set(SAYS)
    for delivery in lived.deliveries[-2000:]:
        for event in (item for item in delivery.said if isinstance(item, Event)):
            assert (event.id, event.source, event.external_id, event.case_id, event.cause_id) == ("",) * 5


def test_old_orders_are_forgotten() -> None:
    town = Town(1, 3)
    list(town.run_until(A_MONDAY + timedelta(days=50)))
    oldest = min(p.placed for p in town.shoppers.book.values())
    assert oldest / 1e6 >= (A_MONDAY + timedelta(days=4)).timestamp()
    assert town.status().orders > len(town.shoppers.book) > 0


def test_an_order_that_finds_no_stock_is_lost_and_nothing_is_backordered() -> None:
    town = Town(2, 300)
    for row in town.shelves.on_hand:
        row[:] = [0, 0, 0]
    until = A_MONDAY + timedelta(hours=12)
    said = [item for d in town.run_until(until) for item in d.said]
    assert not [item for item in said if isinstance(item, OrderPlaced)]
    assert town.status().lost_sales > 50


FAULTS: st.SearchStrategy[Fault] = st.sampled_from(
    [
        DemandSpike(product_id="SKU-007", factor=40, minutes=600),
        Festival(factor=4, minutes=600),
        PaymentFault(provider="wechat_pay", success_rate=0.1, minutes=600),
        Typhoon(region="华东", minutes=1440),
        SupplierStrike(supplier_id="SUP-03", minutes=2880),
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.integers(0, 119), st.integers(24, 200)),
        st.tuples(st.just("cancel"), st.integers(0, 119), st.integers(0, 0)),
        st.tuples(st.just("fault"), FAULTS, st.integers(0, 0)),
        st.tuples(st.just("sleep"), st.integers(1, 1500), st.integers(0, 0)),
    ),
    max_size=12,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), orders_per_day=st.floats(1, 150), steps=STEPS)
def test_whatever_happens_units_and_orders_add_up(seed: int, orders_per_day: float, steps: list) -> None:
    """Told by the deliveries alone: opening + arrived − sold + cancelled + returned = on hand, never below zero."""
    town, moment, said, waves = Town(seed, orders_per_day), A_MONDAY, [], 0
    for row in town.shelves.on_hand:  # poor shelves, so that they run empty
        row[:] = [units // 6 for units in row]
    opening = {
        (product.product_id, place): town.shelves.on_hand[n][w]
        for n, product in enumerate(town.catalog.products)
        for w, place in enumerate(("WH-EAST", "WH-SOUTH", "WH-NORTH"))
    }
    for what, value, quantity in [*steps, ("sleep", 2 * 1440, 0)]:
        if what == "order":
            waves += 1
            town.perform(errand(replenish(town, value, "WH-SOUTH", f"w{waves}", quantity)))
        elif what == "cancel":
            product = town.catalog.products[value].product_id
            action = CancelReplenish(at_risk=NOTHING, product_id=product, place="WH-SOUTH", wave=f"w{waves}")
            town.perform(errand(action))
        elif what == "fault":
            town.inject(value)
        else:
            moment += timedelta(minutes=value)
            said += town.run_until(moment)
    check_accounts(opening, said[1:])


def check_accounts(opening: dict[tuple[str, str], int], said: list[Delivery]) -> None:
    """Follow every unit through the deliveries, and compare with each StockLevel row that comes by."""
    on_hand = Counter(opening)
    orders: dict[str, OrderPlaced] = {}
    paid, packed = set[str](), Counter[str]()
    for delivery in said:
        levels: list[StockLevel] = []
        for item in delivery.said:
            match item:
                case OrderPlaced():
                    assert item.order_id not in orders
                    orders[item.order_id] = item
                    on_hand.subtract({(n.product_id, item.place): n.quantity for n in item.lines})
                case Order(status="cancelled"):
                    placed = orders[item.order_id]
                    on_hand.update({(n.product_id, placed.place): n.quantity for n in placed.lines})
                case OrderReturned():
                    on_hand.update({(n.product_id, item.place): n.quantity for n in item.lines})
                case StockArrived():
                    on_hand[item.product_id, item.place] += item.quantity
                case StockLevel():
                    levels.append(item)
                case PaymentTried(succeeded=True):
                    paid.add(item.order_id)
                case Parcel(status="packed"):
                    packed[item.order_id] += 1
        for level in levels:
            assert 0 <= level.on_hand == on_hand[level.product_id, level.place]
            assert level.on_order >= 0
            assert level.backordered == 0
    assert min(on_hand.values()) >= 0
    assert packed == dict.fromkeys(paid, 1)


def test_the_shared_town_adds_up_too(lived: Lived) -> None:
    opening = {(row.product_id, row.place): row.on_hand for row in lived.deliveries[0].said if type(row) is StockLevel}
    full = {key: units + 100_000 for key, units in opening.items()}
    check_accounts(full, lived.deliveries[1:])


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Sao_Paulo"])
def test_the_status_agrees_with_what_was_said(zone: str) -> None:
    town = Town(6, 150, zone=zone)
    said = [item for d in town.run_until(A_MONDAY + timedelta(days=3)) for item in d.said]
    status, kinds = town.status(), Counter(type(item) for item in said)
    assert status.at == A_MONDAY + timedelta(days=3)
    assert (status.orders, status.payments_tried) == (kinds[OrderPlaced], kinds[PaymentTried])
    assert status.messages == kinds[MessageReceived]
    assert 0 <= status.sessions - kinds[Browsed] < 60
