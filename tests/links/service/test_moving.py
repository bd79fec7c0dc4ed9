"""A customer changes the channel: the matter goes along, once, and the older conversation points on."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.commerce.conversations import Conversation, ConversationTaken
from linkloop.core.text import Text
from linkloop.links.service.conversation import Answered
from tests.links.context import MemoryShop
from tests.links.service.late_parcel import NOW, ORDER, shop
from tests.links.service.listening import ANGRY, CALM, happen, listen, minutes, row, said


def test_order_mood_and_turn_go_along_and_the_older_one_points_on() -> None:
    town = shop()
    why = Text(en="refund", zh="退款")
    listen(town, said(1, customer="c1", conversation="web"), ANGRY, Answered(order=ORDER, why_person=why))
    heard = listen(town, said(2, customer="c1", conversation="tg", channel="telegram"), CALM)
    new, old = row(town, "tg"), row(town, "web")
    assert heard.moved_from == "web"
    assert heard.before == ("text 1",)
    assert (new.continues, new.order_id, new.order_value) == ("web", "LL1001", ORDER.total)
    assert (new.mood, new.intensity, new.status, new.why_person) == ("angry", 0.8, "waiting", why)
    assert new.unanswered_since == minutes(1)
    assert (old.continued_by, old.status, old.unanswered_since, old.answer_by) == ("tg", "solved", None, None)
    assert listen(town, said(3, customer="c1", conversation="tg", channel="telegram")).moved_from == ""


def test_the_person_who_had_it_has_it_still() -> None:
    town = shop()
    listen(town, said(1, customer="c1", conversation="web"))
    happen(town, ConversationTaken(at=minutes(1), conversation_id="web", by="wei", until=minutes(11)))
    heard = listen(town, said(2, customer="c1", conversation="tg", channel="telegram"))
    assert heard.person_holds
    assert (row(town, "tg").held_by, row(town, "tg").lease_until) == ("wei", minutes(11))
    assert row(town, "web").held_by == ""


def test_after_a_day_or_for_somebody_unproven_it_is_another_matter() -> None:
    town = shop()
    listen(town, said(1, customer="c1", conversation="web"))
    assert listen(town, said(2, conversation="anonymous")).moved_from == ""
    assert listen(town, said(3, customer="c2", conversation="hers")).moved_from == ""
    late = NOW + timedelta(hours=24, minutes=2)
    assert listen(town, said(4, customer="c1", conversation="next", at=late)).moved_from == ""
    assert (row(town, "next").continues, row(town, "web").continued_by) == ("", "")


def test_who_signs_in_within_a_chat_takes_the_matter_along() -> None:
    town = shop()
    listen(town, said(1, customer="c1", conversation="mail", channel="email"))
    listen(town, said(2, conversation="web"))
    assert listen(town, said(3, customer="c1", conversation="web")).moved_from == "mail"
    assert row(town, "web").messages == 2


def chain(town: MemoryShop, start: str) -> list[str]:
    """A conversation and all that it continues; every one points back to the one that went on."""
    found, one = [start], row(town, start)
    while one.continues:
        before = row(town, one.continues)
        assert before.continued_by == one.conversation_id
        found.append(before.conversation_id)
        assert len(found) < 20, "a circle"
        one = before
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=25))
def test_however_often_the_channel_changes_the_conversations_stay_one_chain(channels: list[str]) -> None:
    """The order of the chain is the order in which they were last written in: a list that moves to the front."""
    town = shop()
    for n, channel in enumerate(channels):
        listen(town, said(n, customer="c1", conversation=channel, channel=channel))
    latest = list(dict.fromkeys(reversed(channels)))
    assert chain(town, channels[-1]) == latest
    assert row(town, channels[-1]).continued_by == ""
    rows = [one for one in town.rows[Conversation].values() if isinstance(one, Conversation)]
    assert sum(one.messages for one in rows) == len(channels)
    assert [one.conversation_id for one in rows if one.status != "solved"] == [channels[-1]]
