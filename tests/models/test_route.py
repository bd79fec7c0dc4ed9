"""The route picks the best model that fits the time left, else the fastest."""

from __future__ import annotations

from typing import Any

import pytest

from linkloop.core.errors import LinkloopError
from linkloop.core.question import Given, ModelCard, Question
from linkloop.models.route import choose


class Known:
    """A model of which only the card counts."""

    def __init__(self, name: str, p99: float, quality: float | None, cost: int = 0) -> None:
        self.card = ModelCard(
            name=name,
            version="1",
            question="Any",
            driver="test",
            latency_ms_p99=p99,
            cost_micros=cost,
            quality={} if quality is None else {"accuracy": quality, "recall": 1.0},
        )

    def answer(self, question: Question[Any]) -> Given[Any]:
        raise AssertionError("routing must not ask")


SMALL = Known("small", 5, 0.81)
LARGE = Known("large", 400, 0.95)
RULES = Known("rules", 0.1, None)


@pytest.mark.parametrize(
    ("budget", "name"),
    [
        (float("inf"), "large"),
        (400, "large"),
        (399.9, "small"),
        (5, "small"),
        (4.9, "rules"),
        (0.05, "rules"),
        (-3, "rules"),
    ],
)
def test_the_best_quality_that_fits_the_budget_is_asked_and_the_fastest_when_nothing_fits(
    budget: float, name: str
) -> None:
    assert choose([SMALL, LARGE, RULES], budget).card.name == name


def test_of_equally_good_models_the_cheaper_then_the_faster_then_the_first_by_name_is_asked() -> None:
    assert choose([Known("a", 1, 0.9, 7), Known("b", 9, 0.9, 3)]).card.name == "b"
    assert choose([Known("a", 9, 0.9), Known("b", 1, 0.9)]).card.name == "b"
    assert choose([Known("b", 1, 0.9), Known("a", 1, 0.9)]).card.name == "a"


def test_a_question_that_nobody_answers_is_refused_in_both_languages() -> None:
    with pytest.raises(LinkloopError) as refusal:
        choose([])
    assert refusal.value.code == "model.none"
    assert refusal.value.text.zh == "没有模型能回答这个问题"
    assert refusal.value.todo.en.startswith("Register a model")
