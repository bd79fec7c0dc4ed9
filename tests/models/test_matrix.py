"""The matrix holds models by question; a copy for a what-if leaves the original alone."""

from __future__ import annotations

from typing import Any

import msgspec

from linkloop.core.question import Given, ModelCard, Question
from linkloop.models.matrix import Matrix


class LengthAnswer(msgspec.Struct, frozen=True):
    """How long a text is."""

    signs: int


class TextLength(Question[LengthAnswer], frozen=True, kw_only=True):
    """How long is this text?"""

    text: str


class Counter:
    """Counts signs, and adds `bias`."""

    def __init__(self, name: str, version: str = "1", bias: int = 0) -> None:
        self.card = ModelCard(name=name, version=version, question="TextLength", driver="test")
        self.bias = bias

    def answer(self, question: Question[Any]) -> Given[Any]:
        assert isinstance(question, TextLength)
        return Given(value=LengthAnswer(len(question.text) + self.bias))


def names(matrix: Matrix) -> list[tuple[str, str]]:
    return [(model.card.name, model.card.version) for model in matrix.candidates(TextLength)]


def test_models_are_found_by_the_class_or_the_name_of_their_question_in_the_order_of_their_names() -> None:
    matrix = Matrix([Counter("b"), Counter("a")])
    assert names(matrix) == [("a", "1"), ("b", "1")]
    assert matrix.candidates("TextLength") == matrix.candidates(TextLength)
    assert matrix.candidates("Nothing") == ()
    assert [card.name for card in matrix.cards()] == ["a", "b"]


def test_a_new_version_takes_the_place_of_the_old_one() -> None:
    matrix = Matrix([Counter("a"), Counter("b")])
    matrix.register(Counter("a", "2"))
    assert names(matrix) == [("a", "2"), ("b", "1")]


def test_a_model_that_is_taken_out_no_longer_answers() -> None:
    matrix = Matrix([Counter("a"), Counter("b")])
    assert matrix.remove("TextLength", "a")
    assert not matrix.remove("TextLength", "a")
    assert names(matrix) == [("b", "1")]


def test_in_a_what_if_the_changed_model_alone_is_asked_and_the_live_matrix_does_not_change() -> None:
    live = Matrix([Counter("a"), Counter("b")])
    trial = live.with_model(Counter("a", "9", bias=1))
    assert names(trial) == [("a", "9")]
    assert trial.candidates(TextLength)[0].answer(TextLength(text="环环")).value == LengthAnswer(3)
    trial.register(Counter("c"))
    assert names(live) == [("a", "1"), ("b", "1")]
