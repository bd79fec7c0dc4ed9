"""The pages of one thing: what they show is what the log holds about it, and what is not there is said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Message
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.stock import StockLevel
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.faces.desk.happening import happening
from linkloop.faces.desk.thing_customer import customer_thing
from linkloop.faces.desk.thing_order import order_thing, parcel_thing
from linkloop.faces.desk.thing_product import product_thing
from tests.faces.desk.by_hand import rows
from tests.faces.desk.day_shop import NOW, open_day, trade


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_day(tmp_path_factory.mktemp("things"))
    trade(shop, orders=200)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def late(shop: Shop) -> Decision:
    """A decision about an order that comes late."""
    return next(one for one in rows(shop, Decision) if one.status == "held")


def test_an_order_has_its_lines_payments_parcels_and_the_decisions_about_it(shop: Shop, late: Decision) -> None:
    found = order_thing(shop, late.about)
    lines = [one for one in rows(shop, OrderLine) if one.order_id == late.about]
    assert [(one.product_id, one.quantity, one.price) for one in found.lines] == [
        (one.product_id, one.quantity, one.price) for one in sorted(lines, key=lambda one: one.line_no)
    ]
    assert all(one.title for one in found.lines)
    assert [one.parcel_id for one in found.parcels] == [f"P{late.about}"]
    assert [one.amount for one in found.payments] == [found.order.total]
    assert [(one.id, one.case_id) for one in found.decisions] == [(late.id, late.case_id)]
    assert found.customer is not None
    assert found.customer.customer_id == found.order.customer_id


def test_a_timeline_is_in_order_and_leads_to_cases_and_things(shop: Shop, late: Decision) -> None:
    moments = order_thing(shop, late.about).timeline
    assert [one.at for one in moments] == sorted(one.at for one in moments)
    assert Counter(one.kind for one in moments)["decision"] == 1
    assert moments[0].kind == "order"
    [decided] = [one for one in moments if one.kind == "decision"]
    assert (decided.case_id, decided.about, decided.trouble) == (late.case_id, f"decision/{late.id}", True)
    assert all(one.text.en and one.text.zh for one in moments)


def test_a_parcel_knows_its_order_and_what_was_promised(shop: Shop, late: Decision) -> None:
    found = parcel_thing(shop, f"P{late.about}")
    assert found.order is not None
    assert (found.order.order_id, found.parcel.order_id) == (late.about, late.about)
    assert [one.id for one in found.decisions] == [late.id]


def test_a_customer_is_worth_what_they_bought(shop: Shop) -> None:
    found = customer_thing(shop, "C0")
    orders = [one for one in rows(shop, Order) if one.customer_id == "C0"]
    assert (found.order_count, found.value.amount) == (len(orders), sum(one.total.amount for one in orders))
    assert [one.order_id for one in found.orders] == [
        one.order_id for one in sorted(orders, key=lambda one: one.placed_at, reverse=True)
    ]
    assert {one.message_id for one in found.messages} == {
        one.message_id for one in rows(shop, Message) if one.customer_id == "C0"
    }
    assert {one.parcel_id for one in found.parcels} == {
        one.parcel_id for one in rows(shop, Parcel) if one.customer_id == "C0"
    }
    [[value, count]] = shop.door.query(found.sql["value"]).rows
    assert (round(value * 100), count) == (found.value.amount, found.order_count)


def test_a_product_sells_a_day_what_its_lines_say(shop: Shop) -> None:
    found = product_thing(shop, "SKU-1")
    by_day: Counter[str] = Counter()
    for line in rows(shop, OrderLine):
        if line.product_id == "SKU-1":
            by_day[line.sold_at.astimezone(shop.zone).date().isoformat()] += line.quantity
    assert {one.day: one.units for one in found.days if one.units} == dict(by_day)
    assert (len(found.days), found.days[-1].day) == (42, "2026-11-24")
    assert found.sql["days"]
    assert {row[0]: row[1] for row in shop.door.query(found.sql["days"]).rows} == dict(by_day)


def test_days_of_cover_are_stock_by_the_pace_of_fourteen_whole_days(shop: Shop) -> None:
    found = product_thing(shop, "SKU-1")
    levels = {one.place: one for one in rows(shop, StockLevel) if one.product_id == "SKU-1"}
    midnight = NOW.astimezone(shop.zone).replace(hour=0, minute=0, second=0)
    for place in found.places:
        units = sum(
            line.quantity
            for line in rows(shop, OrderLine)
            if (line.product_id, line.place) == ("SKU-1", place.place)
            and midnight - timedelta(days=14) <= line.sold_at < midnight
        )
        assert place.on_hand == levels[place.place].on_hand
        assert place.days_of_cover == pytest.approx(place.on_hand / (units / 14))
    assert {one.place for one in found.places} == set(levels)


def test_a_product_shows_what_comes_and_what_could_be_sold_instead(shop: Shop) -> None:
    found = product_thing(shop, "SKU-1")
    assert [(one.reference, one.quantity, one.status) for one in found.coming] == [("PO-1", 9, "promised")]
    on_hand = Counter()
    for one in rows(shop, StockLevel):
        on_hand[one.product_id] += one.on_hand
    assert [(one.product_id, one.on_hand) for one in found.alike] == [
        ("SKU-2", on_hand["SKU-2"]),
        ("SKU-3", on_hand["SKU-3"]),
    ]
    assert (found.category.en, found.category.zh) == ("Shoes", "女鞋")


@pytest.mark.parametrize("page", [order_thing, customer_thing, product_thing, parcel_thing])
def test_what_is_not_there_is_said_so(shop: Shop, page: Callable[[Shop, str], Any]) -> None:
    with pytest.raises(NotFound) as caught:
        page(shop, "no'such")
    assert caught.value.code == "row.unknown"
    assert "no'such" in caught.value.text.en
    assert "no'such" in caught.value.text.zh


def test_every_query_of_a_page_runs(shop: Shop, late: Decision) -> None:
    for page in (
        order_thing(shop, late.about), customer_thing(shop, "C0"), product_thing(shop, "SKU-1"),
        parcel_thing(shop, f"P{late.about}"),
    ):  # fmt: skip
        assert page.sql
        for query in page.sql.values():
            shop.door.query(query)


def test_happening_is_the_end_of_the_log_latest_first_without_clocks_and_each_decision_once(shop: Shop) -> None:
    found = happening(shop, 40)
    offsets = [one.offset for one in found]
    assert offsets == sorted(offsets, reverse=True)
    assert not {one.kind for one in found} & {"minute_passed", "browsed", "payment_tried", "action_settled"}
    decided = [one.decision_id for one in found if one.what == "decided"]
    assert len(decided) == len(set(decided))
    assert all(one.text.en and one.text.zh for one in found)
    assert len(found) == 40
