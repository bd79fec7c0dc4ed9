"""Wording: days and times are those of the customer's country, else of the shop, else UTC and said so."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from linkloop.commerce.conversations import Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.stock import ShopDay
from linkloop.links.service.amends import top_of_queue
from linkloop.links.service.wording import day, end_of_day, gap, zone_of
from tests.links.context import MemoryShop, actions
from tests.links.service.late_parcel import ANN, LI, PARCEL, message, shop

EVENING = datetime(2026, 7, 5, 18, 0, tzinfo=UTC)  # two in the morning of the 6th in Shanghai
SHANGHAI, LONDON = ShopDay(shop="shop", day="2026-07-04", ahead_minutes=480), ShopDay(shop="shop", day="2026-07-04")
NOWHERE = msgspec.structs.replace(LI, country="")


@pytest.mark.parametrize(
    ("rows", "customer", "en", "zh", "time"),
    [
        ((), NOWHERE, "5 July (UTC)", "7月5日 (UTC)", "18:00 (UTC)"),
        ((), None, "5 July (UTC)", "7月5日 (UTC)", "18:00 (UTC)"),
        ((SHANGHAI,), NOWHERE, "6 July", "7月6日", "02:00"),
        ((SHANGHAI,), None, "6 July", "7月6日", "02:00"),
        ((SHANGHAI,), ANN, "5 July", "7月5日", "19:00"),  # British summer time
        ((), LI, "6 July", "7月6日", "02:00"),
        ((LONDON,), None, "5 July", "7月5日", "18:00"),  # a shop whose own day is UTC's
    ],
)
def test_a_moment_is_named_where_the_customer_is_or_where_the_shop_is(
    rows: tuple[ShopDay, ...], customer: Customer | None, en: str, zh: str, time: str
) -> None:
    zone = zone_of(shop(*rows), customer)
    said = day(EVENING, zone)
    assert said is not None
    assert (said.en, said.zh) == (en, zh)
    assert top_of_queue(EVENING, zone).en.endswith(f"by {time}.")
    assert f"会在 {time} 前" in top_of_queue(EVENING, zone).zh


def test_a_shop_whose_zone_is_known_has_its_summer_and_winter_time() -> None:
    berlin = ShopDay(shop="shop", day="2026-10-24", ahead_minutes=120, zone="Europe/Berlin")
    zone = zone_of(shop(berlin), NOWHERE)
    assert end_of_day(datetime(2026, 10, 24, 12, 0, tzinfo=UTC), zone) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert end_of_day(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), zone) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("web", "Please sign in"),
        ("webchat", "Please sign in"),
        ("telegram", "from this account"),
        ("whatsapp", "from this account"),
        ("email", "This e-mail address"),
    ],
)
def test_a_stranger_reads_how_one_proves_who_one_is_on_that_channel(channel: str, words: str) -> None:
    told = gap("stranger", channel)
    assert words in told.en
    assert ("sign" in told.en.split(".")[0]) == (channel in ("web", "webchat"))
    assert "人工" in told.zh


def test_the_day_of_the_shop_ends_at_its_midnight() -> None:
    assert end_of_day(EVENING, zone_of(shop(SHANGHAI), None)) == datetime(2026, 7, 6, 16, 0, tzinfo=UTC)
    assert end_of_day(EVENING, zone_of(shop(), None)) == datetime(2026, 7, 6, 0, 0, tzinfo=UTC)


def answered(town: MemoryShop) -> str:
    """What the bot answers to somebody who asks for their parcel."""
    [said] = [one.text for one in actions(town.hear(message("我的包裹什么时候到"))) if isinstance(one, Reply)]
    return said


def test_an_answer_to_a_customer_without_a_country_has_the_day_of_the_shop() -> None:
    coming = msgspec.structs.replace(PARCEL, expected_at=EVENING)
    assert "目前预计7月6日送达" in answered(shop(NOWHERE, coming, SHANGHAI))
    assert "目前预计7月5日 (UTC)送达" in answered(shop(NOWHERE, coming))
