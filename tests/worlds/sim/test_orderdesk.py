"""The order desk does what is true and in time, once, and refuses the rest without having done anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linkloop.commerce.aftersales import DeliveryAddress, Invoice
from linkloop.commerce.catalog import Product
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.requests import CancelOrder, ChangeAddress, IssueInvoice, ProtectPrice, RefundOrder
from linkloop.core.action import Action, Errand, Receipt, effect_key
from linkloop.core.errors import Refused
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.picture import restore, take
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.town import Town


def fen(amount: int) -> Money:
    return Money(amount, "CNY")


def do(town: Town, action: Action) -> Receipt:
    return town.perform(Errand(key=effect_key(action), action=action, decision_id="d", case_id="c"))


def live(town: Town, **time: float) -> list[Table]:
    return [row for delivery in town.run_until(town.now() + timedelta(**time)) for row in delivery.said]


def first(town: Town, *statuses: str) -> Purchase:
    """Live on until there is a purchase of this status, and give it."""
    for _ in range(2000):
        for purchase in town.shoppers.book.values():
            if purchase.status in statuses:
                return purchase
        live(town, minutes=30)
    raise AssertionError(f"no purchase is ever {statuses}")


@pytest.fixture
def town() -> Town:
    return Town(seed=5, orders_per_day=60, festivals=False)


def cancel(purchase: Purchase, customer: str = "") -> CancelOrder:
    return CancelOrder(order_id=purchase.order_id, customer_id=customer or purchase.person.customer_id, at_risk=fen(0))


def test_a_paid_order_is_cancelled_before_pick_up_its_goods_and_its_money_go_back(town: Town) -> None:
    purchase = first(town, "paid")
    shelf = [town.shelves.on_hand[product][purchase.place] for product, _ in purchase.wanted]
    assert do(town, cancel(purchase)).status == "done"
    assert [town.shelves.on_hand[product][purchase.place] for product, _ in purchase.wanted] == [
        had + units for had, (_, units) in zip(shelf, purchase.wanted, strict=True)
    ]
    said = live(town, hours=25)
    assert [row.status for row in said if isinstance(row, Order) and row.order_id == purchase.order_id] == ["cancelled"]
    assert {p.status for p in said if isinstance(p, Parcel) and p.order_id == purchase.order_id} == {"returned"}
    (back,) = [p for p in said if isinstance(p, Payment) and p.order_id == purchase.order_id]
    assert (back.status, back.amount) == ("refunded", fen(purchase.total))
    assert do(town, cancel(purchase)).status == "done"  # the same key: the same answer, no second effect
    assert town.orderdesk.cancelled == 1
    said = live(town, days=3)
    assert not [p for p in said if isinstance(p, Payment | Parcel) and p.order_id == purchase.order_id]


def test_what_has_left_or_is_somebody_elses_is_not_cancelled(town: Town) -> None:
    purchase = first(town, "shipped")
    assert do(town, cancel(purchase)).detail == "the order is shipped"
    other = first(town, "paid")
    refused = do(town, cancel(other, "C9999999"))
    assert (refused.status, refused.detail) == ("refused", "no such order of this customer")
    assert (purchase.status, other.status, town.orderdesk.cancelled) == ("shipped", "paid", 0)


def test_a_parcel_goes_to_the_city_of_its_new_address_until_it_is_picked_up(town: Town) -> None:
    purchase = first(town, "paid")
    action = ChangeAddress(order_id=purchase.order_id, customer_id=purchase.person.customer_id,
                           address="黑龙江省哈尔滨市南岗区中山路5号", at_risk=fen(0))  # fmt: skip
    assert do(town, action).status == "done"
    said = live(town, days=3)
    (row,) = [row for row in said if isinstance(row, DeliveryAddress)]
    assert (row.address, row.changes) == (action.address, 1)
    mine = [p for p in said if isinstance(p, Parcel) and p.order_id == purchase.order_id]
    assert {p.destination for p in mine} == {row.city}
    assert mine[-1].status != "packed"
    later = ChangeAddress(order_id=purchase.order_id, customer_id=purchase.person.customer_id,
                          address="上海市徐汇区1号", before=action.address, at_risk=fen(0))  # fmt: skip
    assert do(town, later).detail == "the parcel has been picked up"
    assert purchase.address == action.address


def test_an_order_has_one_invoice_over_what_was_paid(town: Town) -> None:
    purchase = first(town, "paid", "shipped")

    def asked(amount: int, title: str = "李雷") -> IssueInvoice:
        return IssueInvoice(order_id=purchase.order_id, customer_id=purchase.person.customer_id, title=title,
                            amount=fen(amount), at_risk=fen(0))  # fmt: skip

    assert town.orderdesk.invoice(_errand(asked(purchase.total + 1)), asked(purchase.total + 1)).status == "refused"
    assert town.orderdesk.invoice(_errand(asked(purchase.total, " ")), asked(purchase.total, " ")).status == "refused"
    done = do(town, asked(purchase.total))
    assert done.status == "done"
    (row,) = [row for row in live(town, minutes=1) if isinstance(row, Invoice)]
    assert (row.invoice_no, row.title, row.amount) == (done.reference, "李雷", fen(purchase.total))
    again = asked(purchase.total)
    assert town.orderdesk.invoice(_errand(again), again).detail == f"invoice {done.reference} is issued already"


def test_no_more_goes_back_than_was_paid_and_nothing_for_what_was_kept(town: Town) -> None:
    kept, gone = first(town, "delivered"), first(town, "paid")

    def refund(purchase: Purchase, amount: int, cause: str = "cancelled") -> RefundOrder:
        return RefundOrder(order_id=purchase.order_id, customer_id=purchase.person.customer_id, cause=cause,
                           amount=fen(amount), at_risk=fen(amount))  # fmt: skip

    assert do(town, refund(kept, 100)).detail == "nothing came back and nothing was cancelled"
    do(town, cancel(gone))
    assert do(town, refund(gone, gone.total)).status == "done"
    assert do(town, refund(gone, 1, "again")).detail == "at most 0 fen (CNY) can go back"
    back = [p.amount.amount for p in live(town, hours=30) if isinstance(p, Payment) and p.order_id == gone.order_id]
    assert back == [gone.total]  # what the cancellation would have paid out was paid already


def test_the_difference_goes_back_only_as_far_as_the_price_fell_and_once(town: Town) -> None:
    purchase = first(town, "paid", "shipped", "delivered")
    line = purchase.lines[0]

    def protect(amount: int) -> ProtectPrice:
        return ProtectPrice(order_id=purchase.order_id, customer_id=purchase.person.customer_id,
                            product_id=line.product_id, amount=fen(amount), at_risk=fen(amount))  # fmt: skip

    before = protect(100)
    assert town.orderdesk.protect(_errand(before), before).detail == "today's price is lower by 0 fen (CNY)"
    town.reprice(line.product_id, line.price.amount - 500)
    assert [p.price for p in live(town, minutes=1) if isinstance(p, Product)] == [fen(line.price.amount - 500)]
    too_much = protect(500 * line.quantity + 1)
    assert town.orderdesk.protect(_errand(too_much), too_much).status == "refused"
    assert do(town, protect(500 * line.quantity)).status == "done"
    (row,) = [p for p in live(town, minutes=1) if isinstance(p, Payment) and p.order_id == purchase.order_id]
    assert (row.method, row.amount) == ("price_protection", fen(500 * line.quantity))
    more = protect(1)
    assert town.orderdesk.protect(_errand(more), more).detail == "the difference went back already"
    with pytest.raises(Refused):
        town.reprice("SKU-999", 1)


def test_a_picture_holds_what_was_asked(town: Town) -> None:
    do(town, cancel(first(town, "paid")))
    taken = take(town, [], 0)
    twin, _, _ = restore(taken)
    assert take(twin, [], 0) == taken
    assert twin.orderdesk._book is twin.shoppers.book


def _errand(action: Any) -> Errand:
    return Errand(key="k", action=action, decision_id="d", case_id="c")
