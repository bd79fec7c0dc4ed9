"""A reply says what the tables say, in the customer's language, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from linkloop.commerce.conversations import Draft, Reply
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import CarrierTransit
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import RemedyGiven
from linkloop.core.money import Money
from linkloop.links.service import wording
from tests.links.context import actions, decisions
from tests.links.service.late_parcel import LI, NOW, PARCEL, message, shop

replace = msgspec.structs.replace


def replies(said: list) -> list[str]:
    return [action.text for action in actions(said) if isinstance(action, Reply)]


def test_a_late_parcel_is_told_with_carrier_and_expected_day_in_chinese() -> None:
    said = shop().hear(message("我的快递到哪了"))
    reply = actions(said)[0]
    assert reply == Reply(
        conversation_id="v1", in_reply_to="m1", channel="web", customer_id="c1", at_risk=Money(0, "CNY"),
        text="很抱歉让您久等了。订单 LL1001 的包裹正由顺丰配送途中。原定7月2日送达，目前预计7月5日送达。",
    )  # fmt: skip
    assert decisions(said)[0].decide_by == NOW + timedelta(minutes=30)


def test_who_writes_english_gets_english_whatever_the_account_says() -> None:
    assert replies(shop().hear(message("where is my parcel please"))) == [
        "We are sorry for the delay. The parcel of order LL1001 is on its way with 顺丰. "
        "It was promised for 2 July; it is now expected on 5 July."
    ]


def test_an_angry_customer_is_heard_first() -> None:
    (text,) = replies(shop().hear(message("WHERE IS MY PARCEL?! this is ridiculous!!")))
    assert text.startswith("I understand that you are upset. We are sorry for the delay. The parcel of order LL1001")


def test_a_parcel_in_time_is_told_without_an_apology_and_without_a_remedy() -> None:
    said = shop().hear(message("when will my parcel arrive", customer_id="c2"))
    assert replies(said) == ["The parcel of order LL2002 is on its way with DHL. It is expected on 6 July."]
    assert len(decisions(said)) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expected_at": None}, "原定7月2日送达，承运商还没有给出新的日期。"),
        ({"expected_at": datetime(2026, 7, 3, tzinfo=UTC)}, "原定7月2日送达，承运商还没有给出新的日期。"),
        ({"expected_at": None, "promised_at": None}, "承运商还没有给出送达日期。"),
        ({"promised_at": None}, "预计7月5日送达。"),
        ({"expected_at": None, "promised_at": NOW + timedelta(days=1)}, "承诺7月5日送达。"),
    ],
)
def test_a_day_that_no_table_names_is_never_said(changes: dict, told: str) -> None:
    (text,) = replies(shop(replace(PARCEL, **changes)).hear(message("我的快递到哪了")))
    assert text.endswith("订单 LL1001 的包裹正由顺丰配送途中。" + told)


def test_without_a_day_from_the_carrier_what_is_usual_is_said_as_such() -> None:
    usual = CarrierTransit(carrier="顺丰", delivered=20, late=2, days=(0, 0, 10, 8, 0, 2))
    (text,) = replies(shop(replace(PARCEL, expected_at=None), usual).hear(message("我的快递到哪了")))
    assert text.endswith("承运商还没有给出新的日期。近期顺丰十件中有九件在 3 天内送达。")
    few = replace(usual, delivered=19)
    (text,) = replies(shop(replace(PARCEL, expected_at=None), few).hear(message("我的快递到哪了")))
    assert text.endswith("承运商还没有给出新的日期。")


def test_a_delivered_parcel_is_told_with_its_day() -> None:
    came = replace(PARCEL, status="delivered", delivered_at=datetime(2026, 7, 1, 20, 0, tzinfo=UTC))
    assert replies(shop(came).hear(message("我的快递到哪了"))) == ["订单 LL1001 的包裹已于7月2日由顺丰送达。"]


def test_an_order_without_a_parcel_is_not_packed_yet() -> None:
    fresh = Order(order_id="LL1003", customer_id="c3", status="paid", placed_at=NOW - timedelta(hours=2))
    assert replies(shop(fresh).hear(message("where is my order", customer_id="c3"))) == [
        "Order LL1003 has not been packed yet."
    ]


def test_a_named_order_of_this_customer_is_the_one_that_is_meant() -> None:
    second = Order(order_id="LL1004", customer_id="c1", status="paid", placed_at=NOW - timedelta(hours=2))
    assert replies(shop(second).hear(message("订单 ll1004 到哪了"))) == ["订单 LL1004 还没有打包发出。"]
    assert replies(shop(second).hear(message("我的快递到哪了", order_id="LL1004"))) == ["订单 LL1004 还没有打包发出。"]


@pytest.mark.parametrize("number", ["LL2002", "PLL2002", "LL9999", "ll2002"])
def test_an_order_of_somebody_else_is_as_unknown_as_one_that_does_not_exist(number: str) -> None:
    said = shop().hear(message(f"where is my order {number}"))
    assert replies(said) == [wording.gap("not_theirs").en]
    assert len(decisions(said)) == 1


def test_without_a_verified_customer_nothing_is_told() -> None:
    said = shop().hear(message("where is my order LL1001", customer_id="", order_id="LL1001"))
    assert replies(said) == [wording.gap("stranger").en]
    assert len(decisions(said)) == 1


def test_a_customer_without_orders_is_told_so() -> None:
    assert replies(shop().hear(message("我的快递到哪了", customer_id="c9"))) == [wording.gap("nothing").zh]


@pytest.mark.parametrize(("text", "tongue"), [("转人工", "zh"), ("tell me a joke", "en")])
def test_what_is_not_ours_goes_to_a_person_once_and_does_nothing_else(text: str, tongue: str) -> None:
    town = shop()
    said = town.hear(message(text))
    assert replies(said) in ([wording.handed_over(m).say(tongue)] for m in (2, 5, 10))
    assert len(decisions(said)) == 1
    assert "person" in decisions(said)[0].reason.en
    (draft,) = [row for row in said if isinstance(row, Draft)]
    assert draft.summary is not None
    assert draft.summary.en.startswith("Why: ")
    (promise,) = [row for row in said if isinstance(row, Promise)]
    assert promise.kind == "answer"
    again = town.hear(message(text, n=2))
    assert replies(again) == []  # a person is on the way: it is not said a second time
    assert [row.in_reply_to for row in again if isinstance(row, Draft)] == ["m2"]


def test_a_complaint_about_anything_but_a_late_parcel_goes_to_a_person() -> None:
    (text,) = replies(shop().hear(message("I want to make a complaint about your service", customer_id="c2")))
    assert text.startswith("I am sorry about this. This is one for a person: a colleague answers you here, within ")


def test_thanks_are_answered_and_nothing_more() -> None:
    said = shop().hear(message("谢谢啦"))
    assert (len(decisions(said)), replies(said)) == (1, [wording.WELCOME.zh])


def test_the_remedy_is_not_promised_in_the_reply_for_the_gate_may_refuse_it() -> None:
    said = shop().hear(message("都晚了三天了，我的快递到底在哪！"))
    assert any(isinstance(row, RemedyGiven) for row in said)
    assert not any("¥" in text or "退" in text for text in replies(said))


def test_the_same_message_again_says_the_same_to_the_byte() -> None:
    once, again = (msgspec.json.encode(shop().hear(message("我的快递到底在哪！太慢了"))) for _ in range(2))
    assert once == again


@pytest.mark.parametrize(("spoken", "told"), [("en", wording.WELCOME.en), ("zh-CN", wording.WELCOME.zh)])
def test_a_message_too_short_to_tell_is_answered_in_the_language_of_the_account(spoken: str, told: str) -> None:
    assert replies(shop(replace(LI, language=spoken)).hear(message("thx"))) == [told]
