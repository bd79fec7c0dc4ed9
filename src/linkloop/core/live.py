"""Live: what a Model is, whose answer nobody can have again: it is given the time that is left, and may keep silent."""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard

import msgspec

from linkloop.core.errors import NotFound
from linkloop.core.question import Given, Model, ModelCard, Question
from linkloop.core.text import Text


class LiveCounts(msgspec.Struct):
    """What became of the questions to a live model since the shop was opened, and what they cost (micro-units of its
    card's currency). `skipped` were not asked: no time, too busy, or being left alone."""

    asked: int = 0
    answered: int = 0
    late: int = 0
    unusable: int = 0
    failed: int = 0
    skipped: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int = 0
    last_problem: str = ""


class LiveModel(Protocol):
    """A Model that need not answer the same thing twice, such as an LLM behind a URL.

    `answer_within` returns within `left_s` seconds (infinity: as the model likes) or raises NotFound `model.silent`:
    then the next best model is asked, or the link does without. What it answered is kept with the decision, and a
    replay takes that instead of asking again (ADR 0010).
    """

    @property
    def card(self) -> ModelCard: ...

    def answer(self, question: Question[Any]) -> Given[Any]: ...

    def answer_within(self, question: Question[Any], left_s: float) -> Given[Any]: ...


def is_live(model: Model | LiveModel) -> TypeGuard[LiveModel]:
    """Whether a model answers live."""
    return hasattr(model, "answer_within")


def silent(name: str, why: Text) -> NotFound:
    """The error of a live model that has no answer now."""
    return NotFound(
        "model.silent",
        Text(en=f"{name} has no answer: {why.en}", zh=f"{name} 没有回答：{why.zh}"),
        Text(en="What asked it goes on without.", zh="提问方不依赖它继续。"),
        where=name,
    )
