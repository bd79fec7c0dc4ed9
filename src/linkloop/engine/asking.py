"""Asking: the answer to a question outside of any event, as of now."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import msgspec

from linkloop.core.feed import is_fed
from linkloop.core.question import Answer, Question
from linkloop.core.table import Table
from linkloop.models.matrix import Matrix
from linkloop.models.route import choose
from linkloop.store.facts import LiveFacts
from linkloop.store.store import Store, head_of

A = TypeVar("A", bound=msgspec.Struct)


def ask_now(store: Store, matrix: Matrix, question: Question[A]) -> Answer[A]:
    """The judgement of the best model for a question, from what the store holds. Raises NotFound `model.none`."""
    model = choose(matrix.candidates(type(question)))
    started = time.perf_counter_ns()
    if is_fed(model):
        with store.read() as connection:
            facts, horizon = LiveFacts(store.engine), head_of(connection)
            facts.connection = connection
            fed = matrix.feed.of(model)
            fed.bring(connection, (), horizon)
            given = fed.answer(question, horizon, _reader(facts))
    else:
        given = model.answer(question)
    return Answer[Any](
        value=given.value,
        model=model.card.name,
        version=model.card.version,
        confidence=given.confidence,
        hits=given.hits,
        near=given.near,
        took_us=(time.perf_counter_ns() - started) // 1000,
    )


def _reader(facts: LiveFacts) -> Any:
    def read(table: type[Table], key: str | None = None, /, **where: str) -> Any:
        if key is not None:
            return facts.get(table, key)[0]
        [(field, value)] = where.items()
        return [row for row, _ in facts.where(table, field, value)]

    return read
