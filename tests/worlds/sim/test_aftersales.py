"""Goods come back with a label, money and new goods go out in turn, kept stock is used once or put back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkloop.commerce.aftersales import ReturnCase, StockHold
from linkloop.commerce.orders import OrderReturned
from linkloop.commerce.parcels import Parcel, ParcelDelivered
from linkloop.commerce.payments import Payment
from linkloop.commerce.requests import (
    CancelReturn,
    OpenExchange,
    OpenReturn,
    ReleaseStock,
    ReserveStock,
    SendReplacement,
)
from linkloop.worlds.sim import aftersales
from linkloop.worlds.sim.agenda import HOUR
from linkloop.worlds.sim.picture import restore, take
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.town import Town
from tests.worlds.sim.test_orderdesk import do, fen, first, live


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(aftersales, "NEVER", 0.0)  # everybody here brings goods to the post
    return Town(seed=5, orders_per_day=60, festivals=False)


def reserve(town: Town, purchase: Purchase, wave: str = "w1", units: int = 1, hours: float = 2) -> ReserveStock:
    return ReserveStock(
        order_id=purchase.order_id, customer_id=purchase.person.customer_id, product_id=purchase.lines[0].product_id,
        quantity=units, wave=wave, until=town.now() + timedelta(hours=hours), at_risk=fen(0),
    )  # fmt: skip


def returned(purchase: Purchase, amount: int | None = None, claim: str = "changed_mind") -> OpenReturn:
    line = purchase.lines[0]
    money = fen(line.price.amount * line.quantity if amount is None else amount)
    return OpenReturn(
        order_id=purchase.order_id, customer_id=purchase.person.customer_id, product_id=line.product_id,
        quantity=line.quantity, claim=claim, amount=money, fee=fen(0), at_risk=money,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_return_is_labelled_comes_back_and_is_paid_in_that_order(town: Town) -> None:
    purchase = first(town, "delivered")
    done = do(town, returned(purchase))
    assert done.status == "done"
    said = live(town, days=20)
    rows = [row for row in said if isinstance(row, ReturnCase)]
    assert [row.status for row in rows] == ["labelled", "received", "refunded"]
    assert {row.label for row in rows} == {done.reference}
    (came,) = [e for e in said if isinstance(e, OrderReturned) and e.order_id == purchase.order_id]
    assert (came.cause, came.case_id) == ("changed_mind", "c")
    paid = [p.amount for p in said if isinstance(p, Payment) and p.order_id == purchase.order_id]
    assert paid == [rows[0].amount]


def test_a_return_of_what_was_not_delivered_not_bought_or_is_back_is_refused(town: Town) -> None:
    purchase = first(town, "delivered")
    line = purchase.lines[0]
    assert do(town, returned(first(town, "shipped"))).detail == "the order is shipped"
    most = line.price.amount * line.quantity
    assert do(town, returned(purchase, most + 1)).detail == f"at most {most} fen (CNY) go back for it"
    town.errands._settled.clear()
    assert do(town, returned(purchase)).status == "done"
    town.errands._settled.clear()
    assert do(town, returned(purchase)).detail == "these goods came back already, or are about to"


def test_a_return_can_be_taken_back_before_the_goods_are_here(town: Town) -> None:
    purchase = first(town, "delivered")
    do(town, returned(purchase))
    back = CancelReturn(order_id=purchase.order_id, customer_id=purchase.person.customer_id,
                        product_id=purchase.lines[0].product_id, at_risk=fen(0))  # fmt: skip
    assert do(town, back).status == "done"
    said = live(town, days=20)
    assert [row.status for row in said if isinstance(row, ReturnCase)] == ["labelled", "cancelled"]
    assert not [e for e in said if isinstance(e, OrderReturned) and e.cause == "changed_mind" and e.case_id == "c"]


def test_kept_stock_is_off_the_shelf_until_it_is_released_and_no_longer_than_was_said(town: Town) -> None:
    purchase = first(town, "delivered")
    product = town.catalog.number[purchase.lines[0].product_id]
    total = sum(town.shelves.on_hand[product])
    action = reserve(town, purchase)
    assert do(town, action).status == "done"
    assert sum(town.shelves.on_hand[product]) == total - 1
    release = ReleaseStock(order_id=action.order_id, customer_id=action.customer_id, product_id=action.product_id,
                           wave="w1", at_risk=fen(0))  # fmt: skip
    assert do(town, release).status == "done"
    assert sum(town.shelves.on_hand[product]) == total
    assert [row.state for row in live(town, seconds=1) if isinstance(row, StockHold)] == ["kept", "released"]
    kept = reserve(town, purchase, "w2")
    do(town, kept)
    town._agenda.now += int(2.2 * HOUR)
    live(town, seconds=1)
    late = SendReplacement(order_id=kept.order_id, customer_id=kept.customer_id, product_id=kept.product_id,
                           quantity=1, wave="w2", at_risk=fen(0))  # fmt: skip
    assert do(town, late).detail == "nothing is kept for this replacement"


def test_what_nobody_has_or_too_many_are_not_kept(town: Town) -> None:
    purchase = first(town, "delivered")
    line = purchase.lines[0]
    assert do(town, reserve(town, purchase, units=line.quantity + 1)).detail == "no such goods of this customer"
    town.shelves.on_hand[town.catalog.number[line.product_id]] = [0, 0, 0]
    assert do(town, reserve(town, purchase, "w9")).detail == "not enough units on the shelves"


def test_a_replacement_leaves_at_once_with_kept_units_only(town: Town) -> None:
    purchase = first(town, "delivered")
    action = SendReplacement(
        order_id=purchase.order_id, customer_id=purchase.person.customer_id,
        product_id=purchase.lines[0].product_id, quantity=1, wave="w1", at_risk=fen(0),
    )  # fmt: skip
    assert do(town, action).detail == "nothing is kept for this replacement"
    town.errands._settled.clear()
    do(town, reserve(town, purchase))
    done = do(town, action)
    assert done.status == "done"
    said = live(town, days=15)
    parcels = [p for p in said if isinstance(p, Parcel) and p.parcel_id == done.reference]
    assert [p.status for p in parcels] == ["shipped", "delivered"]
    assert {p.order_id for p in parcels} == {purchase.order_id}
    assert [e.parcel_id for e in said if isinstance(e, ParcelDelivered) and e.parcel_id == done.reference]
    assert not [e for e in said if isinstance(e, OrderReturned) and e.order_id == purchase.order_id]


def test_an_exchange_sends_the_new_goods_when_the_old_ones_are_here(town: Town) -> None:
    purchase = first(town, "delivered")
    product = purchase.lines[0].product_id
    do(town, reserve(town, purchase))
    action = OpenExchange(order_id=purchase.order_id, customer_id=purchase.person.customer_id, product_id=product,
                          quantity=1, wanted=product, wave="w1", claim="defective", at_risk=fen(0))  # fmt: skip
    index, place = town.catalog.number[product], purchase.place
    assert do(town, action).status == "done"
    shelf = town.shelves.on_hand[index][place]
    said = live(town, days=1)
    assert not [p for p in said if isinstance(p, Parcel) and p.parcel_id.startswith("X")]
    said = live(town, days=20)
    rows = [row for row in said if isinstance(row, ReturnCase)]
    assert [row.status for row in rows] == ["received", "sent"]
    assert [p.parcel_id for p in said if isinstance(p, Parcel)].count(rows[-1].sent_parcel) == 2
    assert shelf >= 0  # what came back broken is not for sale
    assert not [
        p for p in said if isinstance(p, Payment) and p.order_id == purchase.order_id and p.status == "refunded"
    ]


def test_a_picture_holds_cases_and_kept_stock(town: Town) -> None:
    purchase = first(town, "delivered")
    do(town, reserve(town, purchase))
    do(town, returned(purchase))
    taken = take(town, [], 0)
    twin, _, _ = restore(taken)
    assert take(twin, [], 0) == taken
