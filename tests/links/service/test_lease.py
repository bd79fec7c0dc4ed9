"""The pen: who may write, for how long, and that it is never handed to and fro without the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from linkloop.commerce.conversations import (
    Conversation,
    ConversationHandedBack,
    ConversationRated,
    ConversationSolved,
    ConversationTaken,
)
from linkloop.commerce.desk import ConversationReopened
from linkloop.commerce.time import Alarm, AlarmRang, DayClosed
from linkloop.core.text import Text
from linkloop.links.service import lease
from linkloop.links.service.conversation import Answered
from tests.links.service.late_parcel import NOW, shop
from tests.links.service.listening import ANGRY, CALM, HUMAN, happen, listen, minutes, row, said

WHY = Text(en="a refund", zh="退款")
NEEDED = Answered(why_person=WHY)


def take(town: object, by: str, at: datetime, until: datetime, conversation: str = "v1") -> None:
    happen(town, ConversationTaken(at=at, conversation_id=conversation, by=by, until=until))  # type: ignore[arg-type]


def test_while_a_person_holds_the_pen_the_bot_only_drafts() -> None:
    town = shop()
    assert not listen(town, said(1)).person_holds
    take(town, "wei", minutes(2), minutes(12))
    assert listen(town, said(3)).person_holds
    assert not listen(town, said(12)).person_holds  # it lapsed to the second, alarm or no alarm


def test_a_lease_sets_its_alarm_and_taking_more_time_moves_it() -> None:
    town = shop()
    listen(town, said(1))
    take(town, "wei", minutes(2), minutes(12))
    take(town, "wei", minutes(10), minutes(20))
    assert town.read(Alarm, "v1|lease") == Alarm(about="v1", name="lease", due=minutes(20))
    happen(town, AlarmRang(at=minutes(12), about="v1", name="lease", due=minutes(12)))  # one that was already moved
    assert row(town).held_by == "wei"
    happen(town, AlarmRang(at=minutes(20), about="v1", name="lease", due=minutes(20)))
    assert (row(town).held_by, row(town).lease_until) == ("", None)


@pytest.mark.parametrize("asked", [True, False])
def test_a_lapsed_lease_goes_to_the_queue_and_to_the_bot_only_if_nobody_asked_for_a_person(asked: bool) -> None:
    town = shop()
    listen(town, said(1), HUMAN if asked else CALM, NEEDED if asked else Answered(closed=True))
    take(town, "wei", minutes(2), minutes(12))
    happen(town, AlarmRang(at=minutes(12), about="v1", name="lease", due=minutes(12)))
    assert (row(town).status, row(town).holder) == (("waiting", "person") if asked else ("open", "bot"))
    assert listen(town, said(13)).person_holds is asked


def test_who_asks_for_a_person_is_not_answered_by_the_bot_in_between() -> None:
    town = shop()
    listen(town, said(1, text="let me talk to a real person"), HUMAN, NEEDED)
    assert (row(town).status, row(town).holder, row(town).held_by) == ("waiting", "person", "")
    assert listen(town, said(2)).person_holds


def test_what_the_bot_cannot_answer_waits_for_a_person_while_it_answers_the_rest() -> None:
    town = shop()
    listen(town, said(1), CALM, NEEDED)
    assert (row(town).status, row(town).holder, row(town).handed_over) == ("waiting", "bot", 1)
    assert not listen(town, said(2)).person_holds
    assert row(town).unanswered_since == minutes(1)


def test_after_a_hand_back_only_a_new_message_lets_the_bot_ask_again_and_the_second_time_is_the_last() -> None:
    """Chatwoot #15068: bot and queue handed one conversation to each other for ever."""
    town = shop()
    listen(town, said(1), CALM, NEEDED)
    take(town, "wei", minutes(2), minutes(12))
    happen(town, ConversationHandedBack(at=minutes(3), conversation_id="v1", by="wei", note="just a question"))
    assert (row(town).status, row(town).holder) == ("open", "bot")
    assert not lease.may_hand_over(row(town))
    assert lease.hand_over(row(town), WHY) == row(town)
    listen(town, said(4), CALM, NEEDED)
    assert (row(town).status, row(town).holder, row(town).handed_over) == ("waiting", "person", 2)
    take(town, "wei", minutes(5), minutes(15))
    happen(town, ConversationHandedBack(at=minutes(6), conversation_id="v1", by="wei"))
    assert (row(town).status, row(town).holder, row(town).held_by) == ("waiting", "person", "")
    assert listen(town, said(7), CALM, NEEDED).person_holds
    assert row(town).handed_over == 2
    happen(town, ConversationSolved(at=minutes(8), conversation_id="v1", by="li"))
    assert not listen(town, said(9)).person_holds  # a new matter begins anew
    assert (row(town).status, row(town).handed_over, row(town).opened_at) == ("open", 0, minutes(9))


def test_solved_is_over_until_somebody_writes_or_opens_it_again() -> None:
    town = shop()
    listen(town, said(1), ANGRY, NEEDED)
    happen(town, ConversationSolved(at=minutes(2), conversation_id="v1", by="wei"))
    solved = row(town)
    assert (solved.status, solved.solved_at, solved.answer_by, solved.unanswered_since) == (
        "solved", minutes(2), None, None,
    )  # fmt: skip
    happen(town, ConversationRated(at=minutes(3), conversation_id="v1", stars=4))
    assert row(town).stars == 4
    happen(town, ConversationRated(at=minutes(3), conversation_id="v1", stars=6))
    assert row(town).stars == 4
    happen(town, ConversationReopened(at=minutes(4), conversation_id="v1", by="li"))
    assert (row(town).status, row(town).holder, row(town).solved_at) == ("waiting", "person", None)


def test_what_was_answered_and_stayed_quiet_for_a_day_is_solved_at_night() -> None:
    town = shop()
    listen(town, said(1, conversation="quiet"), CALM, Answered(closed=True))
    listen(town, said(2, conversation="unanswered"), CALM)
    listen(town, said(1, conversation="fresh", at=NOW + timedelta(hours=20)), CALM, Answered(closed=True))
    town.hear(DayClosed(at=NOW + timedelta(hours=25), shop="s", day="2026-07-04"))
    assert {one: row(town, one).status for one in ("quiet", "unanswered", "fresh")} == {
        "quiet": "solved", "unanswered": "open", "fresh": "open",
    }  # fmt: skip


class Pen(RuleBasedStateMachine):
    """Customers, bot, two persons and the clock do whatever they like with one conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.town = shop()
        self.n = 0
        self.silent = False
        self.before: Conversation | None = None
        listen(self.town, said(0), CALM)

    @property
    def now(self) -> datetime:
        return minutes(self.n)

    def live(self) -> bool:
        one = row(self.town)
        return bool(one.held_by) and one.lease_until is not None and one.lease_until > self.now

    def _heard(self, read: object, answered: Answered) -> None:
        self.n += 1
        before, live = row(self.town), self.live()
        heard = listen(self.town, said(self.n), read, answered)  # type: ignore[arg-type]
        after = row(self.town)
        assert heard.person_holds or not live
        if before.status != "solved":
            must_be_people = before.handed_over >= lease.MOST_HAND_OVERS or (
                before.holder == "person" and before.why_person is not None
            )
            assert heard.person_holds or not must_be_people
            assert after.handed_over in (before.handed_over, before.handed_over + 1)
            assert after.handed_over <= lease.MOST_HAND_OVERS
        else:
            assert after.handed_over <= 1

    @rule()
    def writes(self) -> None:
        self._heard(CALM, Answered())

    @rule()
    def needs_a_person(self) -> None:
        self._heard(ANGRY, NEEDED)

    @rule()
    def asks_for_a_person(self) -> None:
        self._heard(HUMAN, NEEDED)

    @precondition(lambda self: not self.live() and row(self.town).status != "solved")
    @rule()
    def is_taken(self) -> None:
        self.n += 1
        count = row(self.town).handed_over
        take(self.town, "wei", self.now, self.now + timedelta(minutes=3))
        assert self.live()
        assert row(self.town).handed_over == count

    @precondition(lambda self: self.live())
    @rule()
    def is_handed_back(self) -> None:
        self.n += 1
        happen(self.town, ConversationHandedBack(at=self.now, conversation_id="v1", by="wei"))
        after = row(self.town)
        assert after.held_by == ""
        people = after.handed_over >= lease.MOST_HAND_OVERS
        assert (after.status, after.holder) == (("waiting", "person") if people else ("open", "bot"))
        assert not lease.may_hand_over(after)

    @rule()
    def time_passes(self) -> None:
        self.n += 2
        one = row(self.town)
        if one.lease_until is not None and one.lease_until <= self.now:
            happen(self.town, AlarmRang(at=self.now, about="v1", name="lease", due=one.lease_until))
            after = row(self.town)
            assert (after.held_by, after.lease_until) == ("", None)
            assert after.holder == ("person" if one.why_person is not None else "bot")

    @precondition(lambda self: row(self.town).status != "solved")
    @rule()
    def is_solved(self) -> None:
        self.n += 1
        happen(self.town, ConversationSolved(at=self.now, conversation_id="v1", by="wei"))

    @precondition(lambda self: row(self.town).status == "solved")
    @rule()
    def is_reopened(self) -> None:
        self.n += 1
        happen(self.town, ConversationReopened(at=self.now, conversation_id="v1", by="li"))

    @invariant()
    def the_row_agrees_with_itself(self) -> None:
        one = row(self.town)
        assert (one.held_by == "") == (one.lease_until is None)
        assert not one.held_by or (one.holder, one.status) == ("person", "with_person")
        assert (one.answer_by is None) == (one.unanswered_since is None)
        if one.status == "solved":
            assert (one.holder, one.unanswered_since, one.solved_at is not None) == ("bot", None, True)
        else:
            assert one.solved_at is None


TestPen = Pen.TestCase
TestPen.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
