"""While payments fail, who asks about paying is told so, and nobody else is."""

from datetime import timedelta

import pytest

from linkloop.commerce.payments import PaymentsFailing
from linkloop.core.money import Money
from tests.links.context import actions
from tests.links.service.late_parcel import NOW, message, shop

FAILING = PaymentsFailing(
    at=NOW, provider="wechat_pay", success_rate=0.2, expected_rate=0.97, tried=40, p_value=1e-9,
    since=NOW - timedelta(minutes=5), money_waiting=Money(100_000, "CNY"),
)  # fmt: skip


def told(town, text, at=NOW):
    return actions(town.hear(message(text, at=at)))[0].text


@pytest.mark.parametrize(
    ("text", "says"), [("付款一直失败怎么办", "wechat_pay 支付不稳定"), ("my payment fails", "Payments by wechat_pay")]
)
def test_who_asks_about_paying_is_told(text, says):
    town = shop()
    town.hear(FAILING)
    assert says in told(town, text)


def test_before_and_after_the_trouble_nothing_is_said_of_it():
    town = shop()
    assert "wechat_pay" not in told(town, "付款一直失败怎么办")
    later = shop()
    later.hear(FAILING)
    assert "wechat_pay" not in told(later, "付款一直失败怎么办", NOW + timedelta(hours=2))


def test_other_questions_do_not_hear_of_it():
    town = shop()
    town.hear(FAILING)
    assert "wechat_pay" not in told(town, "我的包裹到哪了")
