"""Figures of the desk against a count by hand, breaches, and a sample that is fair and repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from linkloop.commerce.conversations import Conversation
from linkloop.commerce.desk import CustomerWait
from linkloop.core.money import Money
from linkloop.faces.desk.service_figures import breaches, figures
from linkloop.faces.desk.service_quality import Marks, report, review, sample
from linkloop.faces.desk.service_queue import QueueAsk, queue
from tests.faces.desk.talk_shop import NOW, TalkShop, talking


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TalkShop]:
    with talking(tmp_path_factory.mktemp("figures")) as found:
        found.tell(*rows())
        yield found


def rows() -> list[Conversation | CustomerWait]:
    """Two days: yesterday three answers (10, 20 and 400 s), today one; four solved, two rated; three that wait."""
    day = timedelta(days=1)
    made: list[Conversation | CustomerWait] = []
    for n, (seconds, author, late) in enumerate([(10, "bot", False), (20, "bot", False), (400, "person", True)]):
        since = NOW - day + timedelta(hours=n)
        made.append(
            CustomerWait(
                conversation_id=f"y{n}", since=since, due_at=since + timedelta(seconds=300), channel="web",
                answered_at=since + timedelta(seconds=seconds), author=author, by="wei" if late else "",  # type: ignore[arg-type]
                first=True, late=late,
            )
        )  # fmt: skip
        made.append(
            Conversation(
                conversation_id=f"y{n}", channel="web", status="solved", opened_at=since, handed_over=int(late),
                solved_at=since + timedelta(minutes=30), stars=(0, 5, 2)[n],
            )
        )  # fmt: skip
    made.append(
        CustomerWait(
            conversation_id="t", since=NOW, answered_at=NOW + timedelta(seconds=7), author="bot", channel="app"
        )
    )
    made.append(Conversation(conversation_id="moved", channel="web", opened_at=NOW, status="solved", continued_by="t"))
    for n, (due, mood, value) in enumerate(
        [(60, "neutral", 5), (-30, "neutral", 0), (60, "angry", 0), (60, "neutral", 9)]
    ):
        made.append(
            Conversation(
                conversation_id=f"w{n}", channel="web", status="waiting", opened_at=NOW, unanswered_since=NOW,
                answer_by=NOW + timedelta(seconds=due), mood=mood, intensity=0.5, order_value=Money(value, "CNY"),  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return made


def test_days_are_counted_as_by_hand(town: TalkShop) -> None:
    before, today = figures(town.shop, 2).days
    assert (before.day, today.day) == (date(2026, 7, 3), date(2026, 7, 4))
    assert (before.opened, before.handed_over, before.solved) == (3, 1, 3)
    assert (before.answers, before.by_person, before.late) == (3, 1, 1)
    assert (before.first_s, before.first_p90_s, before.solving_s) == (20.0, 324.0, 1800.0)  # 20 + 0.8 · 380
    assert (before.rated, before.stars) == (2, 3.5)
    assert (today.opened, today.answers, today.first_s, today.stars) == (4, 1, None, None)


def test_breaches_are_those_of_now_and_then_those_that_were(town: TalkShop) -> None:
    town.clock.advance(NOW)
    assert [(b.wait.conversation_id, b.late_s, b.held_by) for b in breaches(town.shop, 10)] == [
        ("w1", 30, ""), ("y2", 100, "wei"),
    ]  # fmt: skip


def test_the_queue_is_by_seconds_left_then_mood_then_order_value_page_by_page(town: TalkShop) -> None:
    seen: list[tuple[str, int | None]] = []
    cursor = ""
    while True:
        page = queue(town.shop, QueueAsk(limit=3, cursor=cursor), "wei")
        seen += [(item.conversation.conversation_id, item.seconds_left) for item in page.items]
        if not (cursor := page.next):
            break
    assert seen == [("w1", -30), ("w2", 60), ("w3", 60), ("w0", 60)]
    assert (page.counts.waiting, page.counts.late, page.counts.moods) == (4, 1, {"angry": 1, "neutral": 3})
    only = queue(town.shop, QueueAsk(mood="angry"), "wei")
    assert [item.conversation.conversation_id for item in only.items] == ["w2"]
    solved = queue(town.shop, QueueAsk(status="solved"), "wei")
    assert sorted(item.conversation.conversation_id for item in solved.items) == ["y0", "y1", "y2"]


def test_a_sample_is_the_same_for_a_seed_and_leaves_out_what_one_has_marked(town: TalkShop) -> None:
    first = [one.conversation_id for one in sample(town.shop, "wei", 2, "s").items]
    assert [one.conversation_id for one in sample(town.shop, "wei", 2, "s").items] == first
    assert sample(town.shop, "wei", 9, "s").of == 3
    review(town.shop, first[0], "wei", Marks(right=2, grounded=2, kind=1, within_policy=2))
    review(town.shop, first[0], "wei", Marks(right=0, grounded=2, kind=1, within_policy=2))  # a second thought
    assert first[0] not in [one.conversation_id for one in sample(town.shop, "wei", 9, "s").items]
    assert sample(town.shop, "li", 9, "s").of == 3
    assert report(town.shop).marks == {"right": 0.0, "grounded": 2.0, "kind": 1.0, "within_policy": 2.0}


def test_every_conversation_is_drawn_about_equally_often(town: TalkShop) -> None:
    drawn = [sample(town.shop, "li", 1, str(seed)).items[0].conversation_id for seed in range(60)]
    assert all(drawn.count(f"y{n}") >= 8 for n in range(3))  # of 20 expected; below 8 has p < 0.001
