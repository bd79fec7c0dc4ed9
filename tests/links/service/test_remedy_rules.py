"""The remedy table: what it allows over its whole range, and that zen-engine reads it the same way."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from linkloop.commerce.remedies import RemedyPolicy
from linkloop.engine.rules import load
from linkloop.links import service

TABLE = load(Path(service.__file__).with_name("remedy.rules.json"))
DAYS = (-1.0, 0.0, 0.01, 0.99, 1.0, 2.99, 3.0, 6.99, 7.0, 400.0)
MOODS = ("angry", "anxious", "neutral", "pleased")


def test_the_table_answers_everything_within_its_caps_and_as_zen_does() -> None:
    for late, mood, value, before in product(DAYS, MOODS, (0, 20_000, 10**12), (0, 1, 2, 3, 50)):
        question = RemedyPolicy(late_days=late, mood=mood, order_value=value, compensated_before=before)  # type: ignore[arg-type]
        advice = TABLE.evaluate(question).value
        assert advice.percent_cap in (0, 5, 10, 20)
        assert advice.amount_cap in (0, 1000, 2000, 5000, 10_000)
        assert (advice.amount_cap == 0) == (late < 1 or before >= 3)
        assert before == 0 or advice.amount_cap <= 1000
        assert advice.apologise == (late > 0)
        assert TABLE.by_zen(question)[1]["amount_cap"] == advice.amount_cap


def test_later_and_angrier_never_gets_less() -> None:
    def cap(late: float, mood: str) -> tuple[float, int]:
        question = RemedyPolicy(late_days=late, mood=mood, order_value=20_000, compensated_before=0)  # type: ignore[arg-type]
        advice = TABLE.evaluate(question).value
        return advice.percent_cap, advice.amount_cap

    for mood in MOODS:
        caps = [cap(late, mood) for late in DAYS]
        assert caps == sorted(caps)
    for late in DAYS:
        assert cap(late, "angry") >= cap(late, "neutral")
