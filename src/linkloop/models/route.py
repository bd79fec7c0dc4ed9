"""The route: which of the models that answer a question is asked, given the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from linkloop.core.errors import NotFound
from linkloop.core.question import Model, ModelCard
from linkloop.core.text import Text


def choose(candidates: Sequence[Model], budget_ms: float = inf) -> Model:
    """The best model whose 99th-percentile latency fits into `budget_ms`, else the fastest: late is better than never.

    Best is the highest quality, then the lowest cost, the lowest latency, and the name. Raises NotFound
    `model.none` when nobody answers the question.
    """
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise NotFound(
            "model.none",
            Text(en="no model answers this question", zh="没有模型能回答这个问题"),
            Text(
                en="Register a model or put a decision table for it into a link's folder.",
                zh="请登记一个模型，或在环节的文件夹里放一张对应的决策表。",
            ),
        )
    in_time = [model for model in candidates if model.card.latency_ms_p99 <= budget_ms]
    if not in_time:
        return min(candidates, key=lambda model: (model.card.latency_ms_p99, model.card.name))
    return min(in_time, key=lambda model: _rank(model.card))


def quality(card: ModelCard) -> float:
    """The headline quality of a card, 0 to 1: its first measure; 0 for a model that nobody has measured."""
    return next(iter(card.quality.values()), 0.0)


def _rank(card: ModelCard) -> tuple[float, int, float, str]:
    return -quality(card), card.cost_micros, card.latency_ms_p99, card.name
