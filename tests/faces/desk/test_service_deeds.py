"""People at the service desk: one pen, one reply, and nothing that two of them can do to each other by accident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linkloop.core.errors import Conflict, NotFound
from linkloop.faces.desk import service_deeds as deeds
from linkloop.faces.desk.service_queue import QueueAsk, queue
from linkloop.faces.desk.service_talk import talk
from tests.faces.desk.talk_shop import NOW, TalkShop, talking


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TalkShop]:
    with talking(tmp_path) as found:
        yield found


def test_who_takes_a_conversation_over_holds_it_and_a_second_person_is_told_who_and_until_when(town: TalkShop) -> None:
    town.write("转人工")
    done = deeds.take(town.shop, "v1", "wei", "k1")
    assert (done.conversation.status, done.conversation.holder, done.conversation.held_by) == (
        "with_person", "person", "wei",
    )  # fmt: skip
    assert done.conversation.lease_until == NOW + timedelta(minutes=10)
    with pytest.raises(Conflict, match=r"conversation\.held: wei has this conversation until 2026-07-04T02:10:00"):
        deeds.take(town.shop, "v1", "li", "k2")
    with pytest.raises(Conflict, match=r"conversation\.held"):
        deeds.answer(town.shop, "v1", "li", "hello", "k3")
    assert town.row().held_by == "wei"
    assert [reply.by for reply in town.room.shown if reply.author == "person"] == []


def test_the_same_wish_sent_twice_is_done_once(town: TalkShop) -> None:
    town.write("转人工")
    first = deeds.answer(town.shop, "v1", "wei", "您好，我来处理。", "k1")
    again = deeds.answer(town.shop, "v1", "wei", "您好，我来处理。", "k1")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.decision_id == again.decision_id
    town.until(lambda: town.row().last_reply_at is not None)
    assert [(r.text, r.author, r.by) for r in town.room.shown if r.author == "person"] == [
        ("您好，我来处理。", "person", "wei")
    ]
    deeds.answer(town.shop, "v1", "wei", "还有别的问题吗？", "k2")
    town.until(lambda: len([r for r in town.room.shown if r.author == "person"]) == 2)


def test_an_answer_of_the_bot_that_has_not_gone_out_is_withdrawn(town: TalkShop) -> None:
    town.room.open.clear()  # the channel is slow: the first reply waits inside, the second in the lane
    town.write("where is my parcel?", conversation="v1")
    town.write("hello? where is my parcel?", conversation="v1")
    done = deeds.take(town.shop, "v1", "wei", "k1")
    assert len(done.withdrawn) == 1
    town.room.open.set()
    deeds.answer(town.shop, "v1", "wei", "I am on it.", "k2")
    town.until(lambda: any(r.author == "person" for r in town.room.shown))
    assert [r.author for r in town.room.shown] == ["bot", "person"]
    expected = ["", "", "sent", "sent", "withdrawn"]
    town.until(lambda: sorted(m.delivery for m in talk(town.shop, "v1", "wei").messages) == expected)
    [withdrawn] = [m for m in talk(town.shop, "v1", "wei").messages if m.delivery == "withdrawn"]
    assert withdrawn.decision_id == done.withdrawn[0]


def test_what_nobody_knows_is_not_found_and_nothing_is_written(town: TalkShop) -> None:
    head = town.shop.loop.head
    with pytest.raises(NotFound, match=r"conversation\.unknown"):
        deeds.take(town.shop, "nothing", "wei", "k")
    assert town.shop.loop.head == head


def test_the_queue_shows_what_waits_for_somebody(town: TalkShop) -> None:
    town.write("转人工")
    page = queue(town.shop, QueueAsk(), "wei")
    assert [(item.conversation.conversation_id, item.customer_name) for item in page.items] == [("v1", "李雷")]


def test_while_a_person_holds_the_pen_the_bot_writes_a_draft_and_no_reply(town: TalkShop) -> None:
    """Chatwoot #13673: there, the bot answered over the person."""
    town.write("转人工")
    deeds.take(town.shop, "v1", "wei", "k1")
    town.until(town.shop.effects.idle)
    shown = len(town.room.shown)
    event = town.write("where is my order LL1001?")
    told = talk(town.shop, "v1", "wei")
    assert told.draft is not None
    assert told.draft.in_reply_to == event.message_id
    assert told.turn == "mine"
    town.until(town.shop.effects.idle)
    assert len(town.room.shown) == shown
    town.later(minutes=11)
    assert talk(town.shop, "v1", "wei").turn == "nobody"
