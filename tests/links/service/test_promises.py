"""A promise that is not kept is found before its customer finds it, told once, and a person looks where one must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation
from linkloop.commerce.payments import Payment
from linkloop.commerce.promises import Promise, PromiseBroken
from linkloop.commerce.time import Alarm, AlarmRang
from linkloop.core.money import Money
from linkloop.core.table import Table
from tests.links.context import of_kind
from tests.links.service.flow_shop import NOW, TRAVELS, WAITS, FlowShop, day, deed_decisions, deeds, paid, replies

# The carrier says 11 July; the day ends at midnight in Shanghai.
END = datetime(2026, 7, 11, 16, 0, tzinfo=UTC)


def ring(town: FlowShop, about: str, at: datetime) -> list[Table]:
    return town.shop.hear(AlarmRang(at=at, id=f"a-{about}-{at:%d%H%M}", about=about, name="promise", due=at))


def asked(*rows: Table) -> FlowShop:
    town = FlowShop(*TRAVELS, *rows)
    town.ask("我的快递到哪了", "where_is_parcel")
    return town


def test_a_carriers_day_that_was_told_is_a_promise_until_that_day_ends_where_the_customer_is() -> None:
    town = FlowShop(*TRAVELS)
    said = town.ask("我的快递到哪了", "where_is_parcel")
    (promise,) = of_kind(said, Promise)
    assert (promise.promise_id, promise.kind, promise.due_at, promise.state) == (
        "arrival:PLL3003",
        "arrival",
        END,
        "open",
    )
    assert [(a.about, a.name, a.due) for a in of_kind(said, Alarm) if a.name == "promise"] == [
        ("arrival:PLL3003", "promise", END)
    ]
    assert of_kind(town.ask("到哪了呀", "where_is_parcel"), Promise) == []  # the same day is promised once


def test_a_parcel_that_came_kept_it_and_nothing_is_said() -> None:
    town = asked()
    town.shop.keep([replace(TRAVELS[1], status="delivered", delivered_at=END - timedelta(hours=5))])
    said = ring(town, "arrival:PLL3003", END)
    assert [p.state for p in of_kind(said, Promise)] == ["kept"]
    assert (replies(said), of_kind(said, PromiseBroken)) == ([], [])


def test_a_parcel_that_did_not_come_is_told_before_the_customer_asks_and_once() -> None:
    town = asked()
    said = ring(town, "arrival:PLL3003", END)
    assert replies(said)[0] == (
        "很抱歉，订单 LL3003 的包裹预计今天送达，但还没有到。我会继续关注，承运商一有消息就告诉您。"
    )
    (broken,) = of_kind(said, PromiseBroken)
    assert (broken.kind, broken.order_id, broken.customer_id, broken.found_at) == ("arrival", "LL3003", "c1", END)
    assert [p.state for p in of_kind(said, Promise) if p.kind == "arrival"] == ["broken"]
    assert replies(ring(town, "arrival:PLL3003", END + timedelta(minutes=1))) == []


def test_an_alarm_that_rings_too_early_or_for_nothing_changes_nothing() -> None:
    town = asked()
    assert of_kind(ring(town, "arrival:PLL3003", END - timedelta(hours=1)), Promise) == []
    assert replies(ring(town, "arrival:PLL9999", END)) == []


def test_a_request_that_nobody_carries_out_is_told_and_waits_for_a_person() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel my order", "cancel")
    (decision,) = deed_decisions(town.ask("yes"))
    said = ring(town, f"effect:{decision.effect_key}", NOW + timedelta(hours=24))
    assert replies(said)[0] == (
        "I am sorry that this takes longer than I said. It has gone to the top of my colleagues' list."
    )
    assert [row.status for row in of_kind(said, Conversation)][-1:] == ["waiting"]
    assert [d for d in deeds(said) if type(d).__name__ == "CancelOrder"] == []


@pytest.mark.parametrize(("back", "state"), [(True, "kept"), (False, "broken")])
def test_a_refund_that_was_promised_is_looked_for_in_the_payments(back: bool, state: str) -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel my order", "cancel")
    (decision,) = deed_decisions(town.ask("yes"))
    said = town.settle(decision)
    (promise,) = [p for p in of_kind(said, Promise) if p.kind == "refund"]
    assert promise.due_at == NOW + timedelta(days=3)
    if back:
        town.shop.keep([Payment(order_id="LL3001", payment_no=2, method="refund", amount=Money(35_900, "CNY"),
                                status="refunded", paid_at=NOW + timedelta(hours=3))])  # fmt: skip
    said = ring(town, promise.promise_id, promise.due_at)
    assert [p.state for p in of_kind(said, Promise) if p.kind == "refund"] == [state]
    assert bool(of_kind(said, PromiseBroken)) == (not back)


def test_a_compensation_is_no_refund() -> None:
    town = FlowShop(*WAITS, replace(paid("LL3001", 500, 2), status="refunded", method="compensation", paid_at=day(-1)))
    town.ask("please cancel my order", "cancel")
    (decision,) = deed_decisions(town.ask("yes"))
    (promise,) = [p for p in of_kind(town.settle(decision), Promise) if p.kind == "refund"]
    assert [
        p.state for p in of_kind(ring(town, promise.promise_id, promise.due_at), Promise) if p.kind == "refund"
    ] == ["broken"]


def test_a_colleague_who_was_promised_and_does_not_come_is_apologised_for_once() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("转人工", "human")
    (promise,) = of_kind(said, Promise)
    said = ring(town, promise.promise_id, promise.due_at)
    assert replies(said)[0] == "很抱歉，处理时间超出了预期，已为您提到同事待办的最前面。"
    assert replies(ring(town, promise.promise_id, promise.due_at + timedelta(minutes=1))) == []


def test_each_parcel_of_an_order_has_a_day_of_its_own_and_keeps_it_by_itself() -> None:
    second = replace(TRAVELS[1], parcel_id="P2", expected_at=NOW + timedelta(days=3))
    town = asked(second)
    open_ = {key: row.due_at for key, row in town.shop.rows[Promise].items() if isinstance(row, Promise)}
    assert open_ == {"arrival:PLL3003": END, "arrival:P2": END + timedelta(days=2)}
    town.shop.keep([replace(TRAVELS[1], status="delivered", delivered_at=END - timedelta(hours=5))])
    said = ring(town, "arrival:PLL3003", END)
    assert ([p.state for p in of_kind(said, Promise)], replies(said)) == (["kept"], [])
    said = ring(town, "arrival:P2", END + timedelta(days=2))
    assert [p.state for p in of_kind(said, Promise) if p.kind == "arrival"] == ["broken"]
    assert len(replies(said)) >= 1


def test_nobody_is_told_that_the_parcel_of_a_cancelled_order_has_not_come() -> None:
    town = asked()
    town.shop.keep([replace(TRAVELS[0], status="cancelled")])
    said = ring(town, "arrival:PLL3003", END)
    assert ([p.state for p in of_kind(said, Promise)], replies(said), of_kind(said, PromiseBroken)) == (
        ["withdrawn"], [], [],
    )  # fmt: skip


def test_a_parcel_that_came_after_its_day_broke_the_promise_and_is_no_news_to_who_has_it() -> None:
    town = asked()
    town.shop.keep([replace(TRAVELS[1], status="delivered", delivered_at=END + timedelta(days=1))])
    said = ring(town, "arrival:PLL3003", END + timedelta(days=2))  # the shop was shut meanwhile
    assert [p.state for p in of_kind(said, Promise) if p.kind == "arrival"] == ["broken"]
    assert len(of_kind(said, PromiseBroken)) == 1
    assert [text for text in replies(said) if "还没有到" in text] == []


def test_a_promise_of_all_parcels_of_an_order_that_an_older_shop_made_is_still_kept() -> None:
    town = asked()
    old = Promise(promise_id="arrival:LL3003", kind="arrival", customer_id="c1", order_id="LL3003",
                  basis="orders/LL3003", made_at=NOW, due_at=END)  # fmt: skip
    town.shop.keep([old, replace(TRAVELS[1], status="delivered", delivered_at=END - timedelta(hours=5))])
    assert [p.state for p in of_kind(ring(town, "arrival:LL3003", END), Promise)] == ["kept"]
