"""What the bot could not answer: counted by what was asked, with the latest example."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkloop.faces.desk.service_unanswered import unanswered
from tests.faces.desk.talk_shop import TalkShop, talking


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[TalkShop]:
    with talking(tmp_path / "shop") as found:
        yield found


def test_the_same_wish_counts_up_and_shows_its_latest_example(talk: TalkShop) -> None:
    assert unanswered(talk.shop, 14).items == []
    talk.write("我要找人工客服", "v1")
    talk.later(minutes=5)
    talk.write("人工，我要人工客服", "v2", customer_id="c2")
    talk.until(lambda: talk.row("v2").status == "waiting", "the hand-over")
    talk.shop.lander.land()
    found = unanswered(talk.shop, 14)
    [one] = found.items
    assert (one.intent, one.asked, one.handed_over) == ("human", 2, 2)
    assert (one.conversation_id, one.example) == ("v2", "人工，我要人工客服")
    assert one.why is not None
    assert "人工" in one.why.zh
    assert "2026-06-20" in found.sql


def test_what_is_longer_ago_does_not_count(talk: TalkShop) -> None:
    talk.write("我要找人工客服", "v1")
    talk.later(days=3)
    talk.write("你好", "v2", customer_id="c2")
    talk.shop.lander.land()
    assert unanswered(talk.shop, 1).items == []
