"""A live model is asked once: what it answered, or that it kept silent, stands in every replay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.time import DayClosed
from linkloop.commerce.wording import Wording, WordingAnswer
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision, decide
from linkloop.core.errors import NotFound
from linkloop.core.link import Context, Link
from linkloop.core.live import silent
from linkloop.core.money import Money
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.engine.rehearsal import Rehearsal
from linkloop.engine.replay import recorded, reexecute
from linkloop.engine.whatif import what_if
from linkloop.models.drivers.openai_compatible import OpenAICompatible
from linkloop.models.drivers.pick import open_models
from linkloop.store.codec import decode
from linkloop.store.schema import state
from tests.models.drivers.llm_double import KEY, LlmDouble
from tests.recorder import Recorder

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Oracle:
    """Says something else each time; silent when `mute`."""

    def __init__(self, name: str = "oracle") -> None:
        self.card = ModelCard(name=name, version="1", question="Wording", driver="test", quality={"taste": 0.9})
        self.asked: list[tuple[str, float]] = []
        self.mute = False

    def answer(self, question: Question[Any]) -> Given[Any]:
        return self.answer_within(question, float("inf"))

    def answer_within(self, question: Question[Any], left_s: float) -> Given[Any]:
        assert isinstance(question, Wording)
        self.asked.append((question.draft, left_s))
        if self.mute:
            raise silent("oracle", Text(en="mute", zh="沉默"))
        return Given(value=WordingAnswer(text=f"{question.draft} #{len(self.asked)}"), confidence=0.5)


class Plain:
    """Gives the draft back, the same each time."""

    card = ModelCard(name="plain", version="1", question="Wording", driver="test", quality={"taste": 0.1})

    def answer(self, question: Question[Any]) -> Given[Any]:
        assert isinstance(question, Wording)
        return Given(value=WordingAnswer(text=f"plain {question.draft}"))


def worder() -> Link:
    """Words two compensations for a message, one after the other; without a model it says the draft."""
    link = Link("worder", title=("Worder", "措辞"), decides=(Compensate,), asks=(Wording,))

    @link.hears(MessageReceived)
    def on_message(ctx: Context, event: MessageReceived) -> Iterator[Table]:
        first = word(ctx, event.text)
        yield decided(f"{event.message_id}/1", first)
        yield decided(f"{event.message_id}/2", f"{first} then {word(ctx, 'second')}")

    return link


def word(ctx: Context, draft: str) -> str:
    try:
        return ctx.ask(Wording(draft=draft)).value.text
    except NotFound:
        return draft


def decided(order: str, said: str) -> Decision:
    nothing = Money(0, "CNY")
    return decide(
        Compensate(order_id=order, customer_id=order, cause="late", amount=nothing, at_risk=nothing),
        Text(en=said, zh=said),
    )


def opened(folder: Path, *models: Any) -> Shop:
    recorder = Recorder(folder / "effects.txt", frozenset({"Compensate", "CancelCompensation"}), None)
    shop = Shop(Settings(folder=str(folder)), links=[worder()], worlds=[recorder])
    shop.loop.verdicts.clock = SimClock(NOW)
    for model in models:
        shop.matrix.register(model)
    return shop


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def shop(tmp_path: Path, oracle: Oracle) -> Iterator[Shop]:
    shop = opened(tmp_path, oracle)
    yield shop
    shop.close()


def hear(shop: Shop, n: int = 1, text: str = "hello") -> list[Decision]:
    """A message comes in; the two decisions that it causes."""
    at = NOW + timedelta(seconds=n)
    message = MessageReceived(at=at, message_id=f"m{n}", conversation_id=f"v{n}", channel="web", text=text)
    shop.loop.accept([Delivery(source="t", external_id=f"m{n}", said=(message,))])
    with shop.store.read() as connection:
        rows = connection.execute(state.select().where(state.c.kind == "decisions")).all()
    found: list[Any] = [decode(Decision, row.body) for row in rows]
    return sorted((d for d in found if d.action["order_id"].startswith(f"m{n}/")), key=lambda d: d.action["order_id"])


def test_a_live_answer_stands_with_its_decision_and_was_given_the_time_that_is_left(shop: Shop, oracle: Oracle) -> None:
    first, second = hear(shop)
    assert (first.reason.en, second.reason.en) == ("hello #1", "hello #1 then second #2")
    (asked,) = first.asked
    assert (asked.live, asked.model, asked.answered["text"]) == (True, "oracle", "hello #1")
    assert all(left <= 0.3 for _, left in oracle.asked)


def test_the_loop_never_waits_long_even_where_an_event_has_no_deadline(shop: Shop, oracle: Oracle) -> None:
    link = shop.links[0]

    @link.hears(DayClosed)
    def on_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
        yield decided(event.day, word(ctx, "the day"))

    shop.wiring.fast.setdefault(DayClosed, []).append((link, on_day))
    shop.loop.accept([Delivery(source="t", external_id="d", said=(DayClosed(at=NOW, shop="s", day="2026-11-24"),))])
    assert oracle.asked == [("the day", 0.3)]


def test_each_decision_executes_again_to_the_same_bytes_without_asking(shop: Shop, oracle: Oracle) -> None:
    decisions = hear(shop)
    for mute in (False, True):
        oracle.mute = mute
        for decision in decisions:
            again = reexecute(shop.machine(), decision.id)
            assert (again.same, again.different) == (True, ())
    assert len(oracle.asked) == 2


def test_without_the_model_it_still_does(shop: Shop) -> None:
    decisions = hear(shop)
    shop.matrix.remove("Wording", "oracle")
    assert [reexecute(shop.machine(), one.id).same for one in decisions] == [True, True]


def test_silence_stays_silence(shop: Shop, oracle: Oracle) -> None:
    oracle.mute = True
    decisions = hear(shop)
    assert [one.reason.en for one in decisions] == ["hello", "hello then second"]
    assert [one.asked for one in decisions] == [(), ()]
    oracle.mute = False
    assert [reexecute(shop.machine(), one.id).same for one in decisions] == [True, True]
    assert len(oracle.asked) == 2


def test_where_a_live_model_is_silent_the_next_best_answers(shop: Shop, oracle: Oracle) -> None:
    shop.matrix.register(Plain())
    assert [one.reason.en for one in hear(shop, 1)] == ["hello #1", "hello #1 then second #2"]
    oracle.mute = True
    decisions = hear(shop, 2)
    assert [one.reason.en for one in decisions] == ["plain hello", "plain hello then plain second"]
    assert [one.live for d in decisions for one in d.asked] == [False, False]
    oracle.mute = False
    assert all(reexecute(shop.machine(), one.id).same for n in (1, 2) for one in hear(shop, n))


def test_a_past_period_is_heard_again_unchanged(shop: Shop, oracle: Oracle) -> None:
    hear(shop, 1)
    oracle.mute = True
    hear(shop, 2)
    oracle.mute = False
    report = what_if(shop.machine(), None, None)
    assert (sum(tally.decisions for tally in report.before), report.changed) == (4, 0)
    assert len(oracle.asked) == 4


def test_a_model_that_a_what_if_chooses_is_asked_in_its_place(shop: Shop, oracle: Oracle) -> None:
    first, _ = hear(shop)
    with shop.store.read() as connection:
        then = recorded(connection, 0, 10_000)[first.id]
        rehearsal = Rehearsal(shop.machine(), connection, then)
        same, other = rehearsal.ruled(shop.matrix), rehearsal.ruled(shop.matrix.with_model(Plain()))
    assert same is not None
    assert other is not None
    assert (same.reason.en, other.reason.en) == ("hello #1", "plain hello")
    assert len(oracle.asked) == 2


def test_an_llm_behind_a_url_words_a_decision_that_replays_when_it_is_gone(tmp_path: Path) -> None:
    double = LlmDouble()
    double.says = {"text": "Hello, dear!"}
    shop = opened(tmp_path)
    try:
        (model,) = open_models({"large": double.url + "&share=1"}, {"TEST_KEY": KEY})
        assert isinstance(model, OpenAICompatible)
        model.answer(Wording(draft="warm"))  # the first connection takes its time
        shop.matrix.register(model)
        for n in range(10, 20):  # a machine under load may leave it no time; then the draft goes out
            decisions = hear(shop, n)
            if all(one.reason.en != "hello" for one in decisions) and len(decisions[1].asked) == 1:
                break
        assert [one.reason.en for one in decisions] == ["Hello, dear!", "Hello, dear! then Hello, dear!"]
        asked = decisions[0].asked[0]
        assert (asked.live, asked.model, asked.confidence) == (True, "large", 0.5)
        heard = len(double.questions())
        assert [reexecute(shop.machine(), one.id).same for one in decisions] == [True, True]
        assert len(double.questions()) == heard
        for _ in range(2):
            double.fail("drop", "/chat")
        assert hear(shop, 2)[0].reason.en == "hello"  # the shop goes on without it
        model.close()
    finally:
        shop.close()
        double.close()
