"""Model cards with today's practice: how often each model was asked for a decision, how sure it was, how fast."""

from __future__ import annotations

from typing import Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.question import ModelCard
from linkloop.core.text import Text
from linkloop.core.vocabulary import questions
from linkloop.engine.rules import RuleModel
from linkloop.faces.desk.glossary import noun
from linkloop.faces.desk.pulse import Answers, pulse
from linkloop.faces.desk.quantile import quantile
from linkloop.models.route import choose

MOST_ANSWERS = 6


class AnswerCount(msgspec.Struct, frozen=True):
    """How often one answer was given."""

    answer: str
    count: int


class ModelToday(msgspec.Struct, frozen=True, kw_only=True):
    """A model with its card and its day.

    `asked` counts answers that stand in the ledger behind decisions of the shop's day; `sure` is their mean
    confidence (None: not asked) and `bins` their histogram in tenths. `timed` answers since the shop was opened took
    `p50_us` and `p99_us` microseconds. `first` says that this model is asked when there is time enough.
    """

    card: ModelCard
    kind: Literal["table", "learned"]
    link: str
    question: Text
    first: bool
    asked: int
    sure: float | None
    bins: list[int]
    answers: list[AnswerCount]
    timed: int
    p50_us: int | None
    p99_us: int | None


def models_today(shop: Shop) -> list[ModelToday]:
    """Every model, by question and name."""
    beat = pulse(shop)
    asks = {question.__name__: link.name for link in shop.wiring.links for question in link.asks}
    tables = {model.card.name for name in questions() for model in shop.matrix.candidates(name)
              if isinstance(model, RuleModel)}  # fmt: skip
    found: list[ModelToday] = []
    for card in shop.matrix.cards():
        kind = questions().get(card.question)
        answers = beat.answers.get((card.question, card.name), Answers())
        took = sorted(shop.matrix.took_us(card.question, card.name))
        found.append(
            ModelToday(
                card=card,
                kind="table" if card.name in tables else "learned",
                link=asks.get(card.question, ""),
                question=noun(card.question, (kind.__doc__ if kind else "") or ""),
                first=choose(shop.matrix.candidates(card.question)).card.name == card.name,
                asked=answers.count,
                sure=answers.sure / answers.count if answers.count else None,
                bins=answers.bins,
                answers=[AnswerCount(answer, count) for answer, count in answers.answers.most_common(MOST_ANSWERS)],
                timed=len(took),
                p50_us=quantile(took, 0.5),
                p99_us=quantile(took, 0.99),
            )
        )
    return found
