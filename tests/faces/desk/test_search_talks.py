"""Search of conversations: by customer, sender, order and id; what went on elsewhere is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkloop.commerce.contacts import Contact
from linkloop.faces.desk.search import Hit, find
from linkloop.faces.desk.service_deeds import solve
from linkloop.faces.desk.thing_customer import customer_thing
from linkloop.faces.desk.thing_order import order_thing
from tests.faces.desk.talk_shop import TalkShop, talking

SAM = Contact(contact_id="whatsapp:4711", channel="whatsapp", address="4711", name="Sam Sender")


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[TalkShop]:
    with talking(tmp_path / "shop") as found:
        found.write("订单 LL1001 到哪里了", "web/1")
        found.later(minutes=1)
        found.write("hello", "v2", customer_id="c2")
        found.later(minutes=1)
        found.write("我要找人工客服", "v3", customer_id="c2")  # she goes on here
        found.write("I want a person", "v4", customer_id="", contact=SAM)
        found.until(lambda: found.row("v3").status == found.row("v4").status == "waiting", "the hand-over")
        yield found


def hits(talk: TalkShop, typed: str) -> list[Hit]:
    return [hit for hit in find(talk.shop, typed).hits if hit.kind == "conversation"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("李雷", ["web/1"]),
        ("lilei", ["web/1"]),
        ("ann", ["v3"]),
        ("sam sender", ["v4"]),
        ("LL1001", ["web/1"]),
        ("c", ["v3", "web/1"]),  # who waits comes first
        ("web/1", ["web/1"]),
        ("v2", ["v2"]),  # by its own id what went on elsewhere, too
        ("nobody", []),
    ],
)
def test_a_conversation_is_found_by_whom_and_what_it_is_about(talk: TalkShop, typed: str, wanted: list[str]) -> None:
    assert [hit.id for hit in hits(talk, typed)] == wanted


def test_a_hit_tells_with_whom_on_which_channel_and_how_it_stands(talk: TalkShop) -> None:
    [first], [second] = hits(talk, "ann"), hits(talk, "web/1")
    assert (first.title, first.name, first.status, first.to) == ("Ann", "web", "waiting", "/service/v3")
    assert first.spans == ((0, 3),)
    assert (second.title, second.status, second.to, second.exact) == ("李雷", "open", "/service/web%2F1", True)
    assert hits(talk, "WEB/1") == []  # ids are found as they are written
    assert [hit.title for hit in hits(talk, "v4")] == ["Sam Sender"]


def test_what_is_solved_comes_last(talk: TalkShop) -> None:
    solve(talk.shop, "v3", "mei")
    talk.until(lambda: talk.row("v3").status == "solved", "solving")
    assert [(hit.id, hit.status) for hit in hits(talk, "c")] == [("web/1", "open"), ("v3", "solved")]


def test_pages_of_things_know_their_conversations(talk: TalkShop) -> None:
    assert [one.conversation_id for one in customer_thing(talk.shop, "c1").talks] == ["web/1"]
    assert [one.conversation_id for one in order_thing(talk.shop, "LL1001").talks] == ["web/1"]
    assert [one.conversation_id for one in customer_thing(talk.shop, "c2").talks] == ["v3"]
