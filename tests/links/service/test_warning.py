"""A delay is told before the customer asks: once, to the right person, with the carrier's day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from linkloop.commerce.conversations import Message, Reply
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.parcels import ParcelDelayed
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import RemedyGiven
from linkloop.commerce.time import Alarm
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import Table
from tests.links.context import actions, of_kind
from tests.links.service.late_parcel import LI, NOW, ORDER, PARCEL, shop

replace = msgspec.structs.replace


def delayed(**changes: Any) -> ParcelDelayed:
    event = ParcelDelayed(
        at=NOW, id="x1", parcel_id="PLL1001", order_id="LL1001", customer_id="c1",
        expected_at=NOW + timedelta(days=1, hours=2),
    )  # fmt: skip
    return replace(event, **changes)


def test_the_customer_hears_of_a_delay_first() -> None:
    said = shop().hear(delayed())
    assert actions(said) == [
        Reply(
            conversation_id="parcel:PLL1001", in_reply_to="delayed:PLL1001", channel="web", customer_id="c1",
            text="很抱歉，订单 LL1001 的包裹延误了，原定7月2日送达，目前预计7月5日送达。", at_risk=Money(0, "CNY"),
        )
    ]  # fmt: skip
    assert of_kind(said, DelayTold) == [
        DelayTold(
            parcel_id="PLL1001", customer_id="c1", conversation_id="parcel:PLL1001",
            expected_at=NOW + timedelta(days=1, hours=2), told_at=NOW,
        )
    ]  # fmt: skip


def test_the_news_goes_where_the_customer_wrote_last_and_in_that_language() -> None:
    old = Message(
        message_id="m0", conversation_id="v7", customer_id="c1", author="customer", channel="email",
        text="do you have this in blue", sent_at=NOW - timedelta(days=9),
    )  # fmt: skip
    (reply,) = actions(shop(old, replace(LI, language="")).hear(delayed()))
    assert (reply.conversation_id, reply.channel) == ("v7", "email")
    assert reply.text == (
        "We are sorry: the parcel of order LL1001 is delayed. It was promised for 2 July; it is now expected on 5 July."
    )


def test_the_same_day_is_told_once_and_a_later_one_is_news_again() -> None:
    town = shop()
    first, second = town.hear(delayed()), town.hear(delayed(id="x2"))
    assert ([type(word) for word in first], second) == ([Decision, DelayTold, Promise, Alarm], [])
    later = NOW + timedelta(days=2)
    town.keep([replace(PARCEL, expected_at=later)])
    third = town.hear(delayed(id="x3", expected_at=later))
    (reply,) = [one for one in actions(third) if isinstance(one, Reply)]
    assert reply.in_reply_to == "delayed:PLL1001:20260706"
    assert "7月6日" in reply.text
    assert [told.expected_at for told in of_kind(third, DelayTold)] == [later]
    assert town.hear(delayed(id="x4", expected_at=later)) == []


@pytest.mark.parametrize(
    ("rows", "event"),
    [
        ((), delayed(customer_id="c2")),
        ((), delayed(customer_id="")),
        ((), delayed(order_id="LL2002")),
        ((), delayed(parcel_id="PLL2002")),
        ((), delayed(parcel_id="P?")),
        ((replace(PARCEL, status="delivered"),), delayed()),
        ((replace(PARCEL, promised_at=NOW + timedelta(days=5)),), delayed()),
        ((replace(PARCEL, expected_at=NOW - timedelta(days=1)),), delayed()),
        ((RemedyGiven(order_id="LL1001", customer_id="c1", remedy="none", mood="angry"),), delayed()),
        ((replace(ORDER, customer_id="c2"),), delayed()),
    ],
)
def test_what_is_no_news_for_this_customer_is_not_told(rows: tuple[Table, ...], event: ParcelDelayed) -> None:
    assert shop(*rows).hear(event) == []
