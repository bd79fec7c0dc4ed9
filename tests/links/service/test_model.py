"""The message models hold their quality on what they never saw, and numbers in a text stay mere claims."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.commerce.understanding import Understand
from linkloop.links.service.model import UnderstandModel, order_number

HELD_OUT = json.loads(Path(__file__).with_name("heldout.json").read_text(encoding="utf-8"))
MODEL = UnderstandModel()


def intent_of(text: str) -> str:
    return MODEL.answer(Understand(text=text)).value.intents[0].intent


def test_the_held_out_set_is_large_enough_and_in_both_languages() -> None:
    chinese = [row for row in HELD_OUT if any("㐀" <= sign <= "鿿" for sign in row["text"])]
    assert (len(HELD_OUT), len(chinese), len({row["text"] for row in HELD_OUT})) == (226, 114, 226)


def test_accuracy_on_the_held_out_set_is_what_the_readme_says() -> None:
    right = sum(intent_of(row["text"]) == row["intent"] for row in HELD_OUT)
    moods = sum(MODEL.answer(Understand(text=row["text"])).value.mood == row["mood"] for row in HELD_OUT)
    assert (right, moods) == (220, 220)


def test_the_cards_say_who_trained_on_what() -> None:
    card = MODEL.card
    assert (card.name, card.question, card.driver) == ("messages", "Understand", "linear")
    assert card.trained_by == "python -m linkloop.links.service.train"
    assert 0.6 < card.quality["accuracy_unseen_patterns"] < 0.8
    assert card.languages == ("zh", "en")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("where is my parcel", "where_is_parcel"),
        ("wehre is my parcle", "where_is_parcel"),
        ("我的块递到哪了", "where_is_parcel"),
        ("请开发飘", "invoice"),
    ],
)
def test_a_typo_does_not_change_the_intent(text: str, intent: str) -> None:
    given_ = MODEL.answer(Understand(text=text))
    assert given_.value.intents[0].intent == intent
    assert given_.confidence > 0.5
    assert len(given_.hits) == 1


def test_a_slip_in_every_held_out_message_costs_few_answers() -> None:
    rng, right = random.Random(7), 0
    for row in HELD_OUT:
        text = row["text"]
        i = rng.randrange(len(text) - 1)
        slipped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        right += intent_of(slipped) == row["intent"]
    assert right == 215  # of 226, where 220 are right without a slip


def test_a_text_without_a_known_word_is_answered_with_little_confidence() -> None:
    assert MODEL.answer(Understand(text="")).confidence < 0.4
    assert MODEL.answer(Understand(text="Ωж")).confidence < 0.4


@settings(max_examples=150)
@given(st.text(max_size=2_000))
def test_any_text_gets_an_answer_of_the_right_shape(text: str) -> None:
    read = MODEL.answer(Understand(text=text))
    assert 0 < read.confidence <= 1
    assert 0 <= read.value.intensity <= 1
    assert read == MODEL.answer(Understand(text=text))


def test_what_stands_far_behind_in_a_flood_is_not_read() -> None:
    flood = "where is my parcel " * 40
    longer = flood + "refund refund " * 50_000
    assert MODEL.answer(Understand(text=flood[:600])) == MODEL.answer(Understand(text=longer))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Order 536365: what day should I expect it", "536365"),
        ("order no. LL00000042 please", "LL00000042"),
        ("订单号是20250611-88的物流", "20250611-88"),
        ("my parcel #5521 is late", "5521"),
        ("where is LL00000042?", "LL00000042"),
        ("e481f51cbdc54678b7cc49136f2d6af7 到哪了", "e481f51cbdc54678b7cc49136f2d6af7"),
        ("refund 9999 now", ""),
        ("call me 13812345678", ""),
        ("since 2026-07-01", ""),
        ("does it fit an iphone15", ""),
        ("order arrived broken", ""),
        ("", ""),
    ],
)
def test_numbers_of_orders_are_told_from_amounts_dates_and_phones(text: str, number: str) -> None:
    assert order_number(text) == number
