"""A parcel that missed its day in silence is told of by us first: once, where the customer is, with no invented day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from linkloop.commerce.conversations import Conversation, Reply
from linkloop.commerce.parcels import ParcelDelayed
from linkloop.commerce.promises import Promise, PromiseBroken
from linkloop.commerce.remedies import RemedyGiven
from linkloop.commerce.time import DayClosed
from linkloop.core.table import Table
from tests.links.context import actions, of_kind
from tests.links.service.flow_shop import NOW, TRAVELS, FlowShop, replies

ORDER, PARCEL = TRAVELS[0], TRAVELS[1]
MIDNIGHT = datetime.fromisoformat("2026-07-12T00:00+08:00")  # of 11 July, for which the parcel is promised
TALK = Conversation(conversation_id="v1", channel="telegram", customer_id="c1", opened_at=NOW, last_customer_at=NOW,
                    language="zh")  # fmt: skip


def night(*rows: Table, at: datetime = MIDNIGHT, **parcel: Any) -> tuple[FlowShop, list[Table]]:
    town = FlowShop(ORDER, replace(PARCEL, expected_at=None, **parcel), *TRAVELS[2:], *rows)
    return town, close(town, at)


def close(town: FlowShop, at: datetime) -> list[Table]:
    day = (at - timedelta(minutes=1)).date().isoformat()
    return town.shop.hear(DayClosed(at=at, id=f"d{day}", shop="shop", day=day, zone="Asia/Shanghai"))


def test_whoever_wrote_before_hears_of_it_there_and_the_promise_is_broken() -> None:
    _, said = night(TALK)
    (reply,) = [one for one in actions(said) if isinstance(one, Reply)]
    assert (reply.conversation_id, reply.channel, reply.customer_id) == ("v1", "telegram", "c1")
    assert reply.text == (
        "很抱歉，订单 LL3003 的包裹原定7月11日送达，按我们的记录还没有到，承运商也没有给出新的日期。"
        "我们会继续关注，一有消息就告诉您。如果您已经收到，请忽略本消息。"
    )
    (promise,) = of_kind(said, Promise)
    assert (promise.promise_id, promise.state, promise.basis) == ("arrival:PLL3003", "broken", "parcels/PLL3003")
    assert [(b.order_id, b.conversation_id, b.found_at) for b in of_kind(said, PromiseBroken)] == [
        ("LL3003", "v1", MIDNIGHT)
    ]


def test_it_is_told_once_and_the_carriers_day_is_news_when_it_comes() -> None:
    town, _ = night(TALK)
    later = MIDNIGHT + timedelta(days=1)
    assert replies(close(town, later)) == []
    town.shop.keep([replace(PARCEL, status="delayed", expected_at=later + timedelta(days=1))])
    event = ParcelDelayed(at=later, id="x1", parcel_id="PLL3003", order_id="LL3003", customer_id="c1",
                          expected_at=later + timedelta(days=1))  # fmt: skip
    said = town.shop.hear(event)
    assert "7月14日" in replies(said)[0]
    assert [(p.promise_id, p.state) for p in of_kind(said, Promise) if p.kind == "arrival"] == [
        ("arrival:PLL3003", "open")
    ]


def test_who_never_wrote_is_in_no_channel_but_the_broken_promise_is_on_record() -> None:
    _, said = night()
    assert (replies(said), len(of_kind(said, PromiseBroken))) == ([], 1)


@pytest.mark.parametrize(
    ("rows", "at", "parcel"),
    [
        ((), MIDNIGHT - timedelta(days=1), {}),
        ((), MIDNIGHT + timedelta(days=4), {}),
        ((), MIDNIGHT - timedelta(days=1), {"promised_at": MIDNIGHT - timedelta(days=1)}),  # a day without an hour
        ((), MIDNIGHT, {"status": "delivered"}),
        ((), MIDNIGHT, {"promised_at": None}),
        ((replace(ORDER, status="cancelled"),), MIDNIGHT, {}),
        ((replace(ORDER, customer_id=""),), MIDNIGHT, {}),
        ((RemedyGiven(order_id="LL3003", customer_id="c1", remedy="none", mood="angry"),), MIDNIGHT, {}),
    ],
)
def test_what_is_not_late_or_no_news_is_not_told(rows: tuple[Table, ...], at: datetime, parcel: dict[str, Any]) -> None:
    _, said = night(TALK, *rows, at=at, **parcel)
    assert (replies(said), of_kind(said, PromiseBroken)) == ([], [])


def test_a_day_that_the_carrier_names_is_waited_for_and_then_missed_like_any() -> None:
    town = FlowShop(ORDER, replace(PARCEL, expected_at=MIDNIGHT + timedelta(days=3, hours=9)), *TRAVELS[2:], TALK)
    for night in range(4):
        assert replies(close(town, MIDNIGHT + timedelta(days=night))) == []
    assert len(replies(close(town, MIDNIGHT + timedelta(days=4)))) == 1
    assert replies(close(town, MIDNIGHT + timedelta(days=5))) == []


def test_a_parcel_that_never_left_is_missed_too() -> None:
    _, said = night(TALK, status="packed", shipped_at=None)
    assert len(replies(said)) == 1
