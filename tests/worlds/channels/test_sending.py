"""Sending in parts: what half went out is never sent twice, and a platform is not asked again in a hurry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linkloop.commerce.conversations import Message, Reply
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.clock import SimClock
from linkloop.core.money import Money
from linkloop.worlds.channels.outbook import Outbook
from linkloop.worlds.channels.platform import Inbound, Item, Outcome, Part, Platform, WebRequest
from linkloop.worlds.channels.sending import Sending
from linkloop.worlds.channels.taking import Taking
from tests.worlds.channels.logbook import Logbook

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DONE = Receipt(status="done", reference="r1")


class Script(Platform):
    """A platform whose answers a test writes down."""

    kind = "script"
    name = "script"
    limit = 10
    settings: Any = None

    def __init__(self) -> None:
        self.answers: list[Receipt | Exception] = []
        self.found: list[Receipt | None] = []
        self.sent: list[Part] = []
        self.looked = 0

    def verify(self, request: WebRequest) -> None:
        pass

    def read(self, request: WebRequest) -> list[Item]:
        return []

    def send(self, part: Part) -> Receipt:
        self.sent.append(part)
        answer = self.answers.pop(0) if self.answers else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, part: Part) -> Receipt | None:
        self.looked += 1
        return self.found.pop(0)


class Talk:
    def __init__(self, folder: Path) -> None:
        self.platform, self.logbook, self.now = Script(), Logbook(), 0.0
        self.outbook = Outbook(folder / "script.db")
        self.taking = Taking(self.platform, self.outbook)
        self.sending = Sending(self.platform, self.outbook, lambda: self.now, lambda: self.now)
        self.clock = SimClock(AT)
        for one in (self.taking, self.sending):
            one.start(self.logbook, self.clock)
        self.taking.take([Inbound(message_id="m1", address="u1", at=AT, text="hi")])

    def reply(self, text: str) -> Errand:
        action = Reply(at_risk=Money(0, "CNY"), conversation_id="script:u1", in_reply_to="script:m1", channel="script",
                       customer_id="", text=text)  # fmt: skip
        return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    one = Talk(tmp_path)
    yield one
    one.outbook.close()


def texts(talk: Talk) -> list[str]:
    return [part.text for part in talk.platform.sent]


def test_when_the_platform_refuses_the_rest_the_half_that_is_there_counts_and_says_so(talk: Talk) -> None:
    talk.platform.answers = [DONE, Receipt(status="refused", detail="blocked")]
    receipt = talk.sending.perform(talk.reply("one two three four five six"))
    assert (receipt.status, receipt.detail) == ("done", "only 1 of 3 parts: blocked")
    assert talk.sending.perform(talk.reply("one two three four five six")) == receipt
    assert texts(talk) == ["one two", "three four"]


def test_of_three_parts_only_the_unclear_one_is_looked_up_and_the_rest_goes_out(talk: Talk) -> None:
    talk.platform.answers = [DONE, TimeoutError()]
    errand = talk.reply("one two three four five six")
    assert talk.sending.perform(errand).status == "unknown"
    talk.platform.found = [DONE]
    assert talk.sending.settled(errand.key) is None
    assert talk.sending.perform(errand).status == "done"
    assert texts(talk) == ["one two", "three four", "five six"]
    assert [part.key for part in talk.platform.sent] == [errand.key, f"{errand.key}.1", f"{errand.key}.2"]
    assert [one.text for one in talk.logbook.said if isinstance(one, Message) and one.author == "bot"] == [
        "one two three four five six"
    ]


def test_a_platform_that_does_not_know_yet_is_asked_less_and_less_often(talk: Talk) -> None:
    talk.platform.answers = [TimeoutError()]
    errand = talk.reply("hi")
    talk.sending.perform(errand)
    talk.platform.found = [Receipt(status="unknown", detail="not yet")] * 20
    for _ in range(600):
        found = talk.sending.settled(errand.key)
        assert found is not None
        assert found.status == "unknown"
        talk.now += 1
    assert 10 <= talk.platform.looked <= 16
    assert texts(talk) == ["hi"]


def test_what_the_platform_tells_by_itself_ends_the_doubt(talk: Talk) -> None:
    talk.platform.answers = [TimeoutError()]
    errand = talk.reply("hi")
    talk.sending.perform(errand)
    talk.taking.take([Outcome(receipt=DONE, key=errand.key), Outcome(receipt=DONE, key="nobody's")])
    assert talk.sending.settled(errand.key) is None
    assert talk.sending.perform(errand).status == "done"
    assert texts(talk) == ["hi"]
    assert talk.platform.looked == 0
    talk.taking.take([Outcome(receipt=Receipt(status="refused", detail="no such number"), reference="r1")])
    assert (talk.taking.counts.undelivered, talk.taking.counts.last_undelivered) == (1, "no such number")
    assert talk.sending.settled(errand.key) == Receipt(status="done", reference="r1")


def test_one_reply_is_never_under_way_twice(talk: Talk) -> None:
    inside, go_on = threading.Event(), threading.Event()
    slow: Callable[[Part], Receipt] = talk.platform.send

    def send(part: Part) -> Receipt:
        inside.set()
        go_on.wait(10)
        return slow(part)

    talk.platform.send = send  # type: ignore[method-assign]
    errand = talk.reply("hi")
    other = threading.Thread(target=talk.sending.perform, args=(errand,))
    other.start()
    inside.wait(10)
    assert talk.sending.perform(errand).status == "unknown"
    waiting = talk.sending.settled(errand.key)
    assert waiting is not None
    assert waiting.status == "unknown"
    go_on.set()
    other.join()
    assert texts(talk) == ["hi"]
    assert talk.sending.perform(errand).status == "done"


def test_an_old_copy_moves_nothing_back_and_a_clock_that_runs_ahead_is_not_believed(talk: Talk) -> None:
    ahead = Inbound(message_id="m3", address="u1", at=AT + timedelta(days=400), text="later", context="new")
    old = Inbound(message_id="m2", address="u1", at=AT - timedelta(days=1), text="earlier", context="old")
    talk.taking.take([ahead, old])
    known = talk.outbook.talk("script:u1")
    assert known is not None
    assert (known.context, known.heard_at) == ("new", AT + timedelta(minutes=5))
