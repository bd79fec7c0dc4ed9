"""Shoppers write in two languages, in moods, with slips; why they write can be told from what happened to them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import get_args

import pytest
from scipy import stats

from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.understanding import IntentName, Mood
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.money import Money
from linkloop.worlds.sim import phrases_en, phrases_zh
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.noise import TYPO_SHARE, roughen
from linkloop.worlds.sim.people import ENGLISH_SHARE
from linkloop.worlds.sim.town import Town
from linkloop.worlds.sim.writing import sample
from tests.worlds.sim.conftest import Lived


@pytest.mark.parametrize("phrases", [phrases_zh.PHRASES, phrases_en.PHRASES], ids=["zh", "en"])
def test_each_language_has_at_least_sixty_phrases_over_all_intents_and_moods(phrases: tuple) -> None:
    assert len(phrases) >= 60
    assert len({text for _, _, text in phrases}) == len(phrases)
    assert {intent for intent, _, _ in phrases} == set(get_args(IntentName))
    assert {mood for _, mood, _ in phrases} == set(get_args(Mood))


def test_slots_are_filled_and_the_order_number_survives_the_slips() -> None:
    texts = sample(3000, seed=1)
    assert not [text for text in texts if "{" in text.text or not text.text.strip()]
    numbered = [text for n, text in enumerate(texts) if f"LL{n + 1:08d}" in text.text]
    assert len(numbered) > 500
    assert not [text for text in texts if "LL" in text.text and text not in numbered]


def test_a_third_of_texts_is_typed_roughly() -> None:
    """Stated 35 %; some slips leave no trace."""
    draws = Draws(1, "test")
    rough = sum(roughen("你好，请问快递什么时候能到", "zh", draws) != "你好，请问快递什么时候能到" for _ in range(4000))
    assert TYPO_SHARE - 0.06 < rough / 4000 < TYPO_SHARE


def test_fifteen_percent_of_conversations_are_english(lived: Lived) -> None:
    """Stated 15 %; one message a conversation counts, what one writer writes is no independent draw."""
    first: dict[str, str] = {}
    for message in lived.said(MessageReceived):
        first.setdefault(message.conversation_id, lived.town.messages.meant[message.message_id].language)
    counts = Counter(first.values())
    assert stats.binomtest(counts["en"], counts.total(), ENGLISH_SHARE).pvalue > 0.001


def test_a_language_is_what_it_looks_like(lived: Lived) -> None:
    for written in lived.town.messages.meant.values():
        chinese = sum("一" <= letter <= "鿿" for letter in written.text)
        assert (chinese > 0) == (written.language == "zh"), written


def test_every_message_is_a_row_and_an_event_with_the_same_words(lived: Lived) -> None:
    rows = {row.message_id: row for row in lived.said(Message)}
    heard = lived.said(MessageReceived)
    assert len(heard) == len(rows) > 1500
    for event in heard:
        row = rows[event.message_id]
        assert (row.text, row.conversation_id, row.channel) == (event.text, event.conversation_id, event.channel)
        assert (row.author, row.sent_at, row.customer_id) == ("customer", event.at, event.customer_id)


def test_those_whose_parcel_is_late_are_angrier_than_those_who_just_ask(lived: Lived) -> None:
    late = {p.order_id for p in lived.said(Parcel) if p.status == "delayed"}
    moods: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for event in lived.said(MessageReceived):
        meant = lived.town.messages.meant[event.message_id]
        if meant.intent == "where_is_parcel" and event.order_id:
            moods[event.order_id in late][meant.mood] += 1
    angry = {which: counts["angry"] / counts.total() for which, counts in moods.items()}
    assert angry[True] > 2 * angry[False]


def test_a_stranger_has_no_customer_id_and_asks_before_buying(lived: Lived) -> None:
    strangers = [event for event in lived.said(MessageReceived) if not event.customer_id]
    assert strangers
    assert not [event for event in strangers if event.order_id]


def _reply(event: MessageReceived, text: str = "您好，正在为您查询") -> Errand:
    action = Reply(at_risk=Money(0, "CNY"), conversation_id=event.conversation_id, in_reply_to=event.message_id,
                   channel=event.channel, customer_id=event.customer_id, text=text)  # fmt: skip
    return Errand(key=effect_key(action), action=action, decision_id="d1", case_id="c1")


def test_a_reply_enters_the_conversation_and_some_write_back_because_of_it() -> None:
    town = Town(seed=8, orders_per_day=400)
    end = town.now() + timedelta(days=2)
    sent: dict[str, str] = {}
    back: list[MessageReceived] = []
    rows: dict[str, Message] = {}
    for delivery in town.run_until(end):
        for item in delivery.said:
            if isinstance(item, MessageReceived):
                back += [item] if item.case_id == "c1" else []
                errand = _reply(item)
                assert town.perform(errand).status == "done"
                sent[errand.key] = item.conversation_id
            elif isinstance(item, Message) and item.author == "bot":
                rows[item.message_id] = item
    list(town.run_until(end + timedelta(minutes=1)))
    assert {row.conversation_id for row in rows.values()} <= set(sent.values())
    assert len(rows) >= len(sent) - 2
    assert {event.cause_id for event in back} == {"d1"}
    assert {town.messages.meant[event.message_id].intent for event in back} == {"thanks"}
    assert 0.15 < len(back) / len(sent) < 0.35


def test_a_reply_to_nobody_or_without_words_is_refused() -> None:
    town = Town(seed=8)
    until = town.now() + timedelta(hours=12)
    event = next(e for d in town.run_until(until) for e in d.said if isinstance(e, MessageReceived))
    assert town.perform(_reply(event, "  ")) == Receipt(status="refused", detail="an empty text cannot be sent")
    nobody = MessageReceived(at=event.at, message_id="M1", conversation_id="T0", channel="app", text="hi")
    assert town.perform(_reply(nobody)) == Receipt(status="refused", detail="no such conversation")
